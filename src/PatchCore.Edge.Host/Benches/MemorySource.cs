using System.Globalization;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Benches;

/// <summary>
/// A camera whose pictures lie in memory already: what is measured behind it is the station and not the rendering or
/// decoding of pictures. Ends after so many frames.
/// </summary>
internal sealed class MemorySource(
    IReadOnlyList<NativeImage> pictures, double? framesPerSecond, Func<bool> ends, TimeProvider time) : IFrameSource
{
    private long _next;
    private long _due = time.GetTimestamp();

    public string Description => string.Create(CultureInfo.InvariantCulture, $"{pictures.Count} pictures in memory");

    public bool IsLive => false;

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        if (ends())
            return false;
        if (framesPerSecond is { } rate)
        {
            _due = Math.Max(_due + (long)(time.TimestampFrequency / rate), time.GetTimestamp());
            var wait = time.GetElapsedTime(time.GetTimestamp(), _due);
            if (cancellationToken.WaitHandle.WaitOne(wait))
                cancellationToken.ThrowIfCancellationRequested();
        }

        into.MarkArrival();
        pictures[(int)(_next++ % pictures.Count)].CopyTo(into.Prepare());
        return true;
    }

    public void Dispose()
    {
    }
}
