using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

/// <summary>A source that does, read by read, what a test wrote down; after the script it ends.</summary>
internal sealed class ScriptedSource(params Func<Frame, CancellationToken, bool>[] reads) : IFrameSource
{
    private int _next;

    public bool Disposed { get; private set; }

    public string Description => "script";

    public TimeSpan MayWait { get; init; }

    /// <summary>A frame of one gray pixel with the part's id.</summary>
    public static Func<Frame, CancellationToken, bool> Part(string id) => (frame, _) =>
    {
        frame.Prepare(1, 1, PixelFormat.Gray8);
        frame.PartId = id;
        return true;
    };

    public static Func<Frame, CancellationToken, bool> Throw(Exception error) => (_, _) => throw error;

    /// <summary>Waits for the token, as a camera that sends nothing.</summary>
    public static bool Silent(Frame frame, CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne();
        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    public bool TryRead(Frame into, CancellationToken cancellationToken) =>
        _next < reads.Length && reads[_next++](into, cancellationToken);

    public void Dispose() => Disposed = true;
}
