using System.Diagnostics;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// One picture of one part, or the record that there is none. Its pixels are written once, by the source, and read in
/// place. Dispose returns it to its pool, where it is filled again: nobody may touch it, or dispose it again, after
/// that.
/// </summary>
public sealed class Frame : IDisposable
{
    private readonly FramePool _pool;
    private NativeImage _image = NativeImage.Empty();
    private bool _prepared;
    private int _rented;
    private long _arrived;

    internal Frame(FramePool pool) => _pool = pool;

    /// <summary>The picture, for everybody to read.</summary>
    /// <exception cref="CameraException">There is none, see <see cref="Failure"/>: a part nobody saw cannot be
    /// inspected, nor can what is left of the picture before.</exception>
    public NativeImage Image => Failure is { } failure ? throw new CameraException(failure, sourceUsable: true)
        : _prepared ? _image
        : throw new CameraException(
            "no picture was written into the frame, or the frame was given back", sourceUsable: true);

    /// <summary>
    /// Why this part has no picture; null when it has one. Such a part's verdict is ERROR with this reason.
    /// </summary>
    public string? Failure { get; internal set; }

    /// <summary>1 for a camera's first frame, then counting up, failed and dropped frames included.</summary>
    public long Id { get; internal set; }

    /// <summary>When the frame was complete, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long CapturedTimestamp { get; internal set; }

    /// <summary>When the frame was complete, UTC.</summary>
    public DateTimeOffset CapturedAt { get; internal set; }

    /// <summary>
    /// When the camera itself says that the frame was exposed, by a clock of its own whose zero means nothing; null
    /// when it does not tell.
    /// </summary>
    public TimeSpan? CameraTime { get; set; }

    /// <summary>
    /// The part that was asked for and that this frame shows; null for a frame that is inspected as it comes.
    /// </summary>
    public PartTicket? Ticket { get; internal set; }

    /// <summary>
    /// From the picture's arrival to its pixels lying here: receiving, decoding. Zero where the source does not tell
    /// (<see cref="MarkArrival"/>).
    /// </summary>
    public TimeSpan CaptureTime { get; private set; }

    /// <summary>The part that the picture shows, when the source knows.</summary>
    public string? PartId { get; set; }

    /// <summary>"good" or the defect class, when the source knows.</summary>
    public string? Truth { get; set; }

    /// <summary>The file that the picture came from, if any.</summary>
    public string? Origin { get; set; }

    /// <summary>Whether the pool has another frame in its place, see <see cref="FramePool.Replace"/>.</summary>
    internal bool Replaced { get; set; }

    /// <summary>Whom <see cref="KeepWaiting"/> tells.</summary>
    internal Action? Waiting { get; set; }

    /// <summary>The image for the source to read the picture into, whatever shape it has.</summary>
    public NativeImage Prepare()
    {
        _prepared = true;
        return _image;
    }

    /// <summary>
    /// The image for the source to write into, with this shape; made anew only when the shape changes.
    /// </summary>
    public NativeImage Prepare(int width, int height, PixelFormat format)
    {
        if (_image.Width != width || _image.Height != height || _image.Format != format)
        {
            var image = NativeImage.Create(width, height, format);
            _image.Dispose();
            _image = image;
        }

        return Prepare();
    }

    /// <summary>For the source: the wait is over, and what follows is the work of getting the picture.</summary>
    public void MarkArrival() => _arrived = Stopwatch.GetTimestamp();

    /// <summary>
    /// For a source that looks again and again until something comes: it is well, and nothing has come yet. Without it
    /// a camera takes such a source to be stuck after <see cref="CameraOptions.StallTimeout"/>.
    /// </summary>
    public void KeepWaiting() => Waiting?.Invoke();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, 0) == 0)
            return;
        _prepared = false;
        _pool.Return(this);
    }

    internal void Complete(long id, long timestamp, DateTimeOffset at)
    {
        (Id, CapturedTimestamp, CapturedAt) = (id, timestamp, at);
        CaptureTime = _arrived == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_arrived);
    }

    internal void Rent()
    {
        (Failure, Id, CapturedTimestamp, CapturedAt) = (null, 0, 0, default);
        (PartId, Truth, Origin, CameraTime, Ticket) = (null, null, null, null, null);
        (_arrived, CaptureTime) = (0, TimeSpan.Zero);
        Waiting = null;
        Volatile.Write(ref _rented, 1);
    }

    internal void Release() => _image.Dispose();
}
