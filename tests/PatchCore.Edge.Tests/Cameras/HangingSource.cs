using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

internal enum Hang
{
    InOpen,
    InRead,
    InClose,
    InSecondRead,
}

/// <summary>
/// A driver that stands still in one of its calls, deaf to the token, until the test lets it go; then it goes on as if
/// nothing had happened.
/// </summary>
internal sealed class HangingSource : IFrameSource
{
    private readonly Hang _where;
    private readonly string? _part;
    private readonly TaskCompletionSource _release = new();
    private readonly TaskCompletionSource _disposed = new();
    private int _reads;

    public HangingSource(Hang where, string? part = null) => (_where, _part) = (where, part);

    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Disposed => _disposed.Task;

    /// <summary>What the read that hangs holds.</summary>
    public NativeImage? Image { get; private set; }

    public string Description => "hanging camera";

    /// <summary>As the camera opens it.</summary>
    public IFrameSource Open()
    {
        StandStill(Hang.InOpen);
        return this;
    }

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        Image = into.Prepare(2, 2, PixelFormat.Gray8);
        into.PartId = _part;
        StandStill(++_reads == 1 ? Hang.InRead : Hang.InSecondRead);
        return _where != Hang.InClose;
    }

    public void LetGo() => _release.SetResult();

    public void Dispose()
    {
        StandStill(Hang.InClose);
        _disposed.SetResult();
    }

    private void StandStill(Hang here)
    {
        if (here != _where)
            return;
        Hanging.TrySetResult();
        _release.Task.Wait(TimeSpan.FromSeconds(20)); // a test that fails must not hang as well
    }
}
