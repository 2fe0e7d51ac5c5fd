using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// The passage of frames from a camera's thread to whoever inspects them. Newest-frame: it holds one frame, a newer one
/// takes its place, and the replaced one goes back to the pool. Keep-every: it holds as many as the pool has, and the
/// pool makes the camera wait.
/// </summary>
internal sealed class FrameHandover
{
    private readonly Channel<Frame> _channel;
    private readonly FramePool _pool;
    private readonly bool _keepEvery;
    private long _dropped;

    public FrameHandover(FramePool pool, bool keepEvery)
    {
        (_pool, _keepEvery) = (pool, keepEvery);
        var options = new BoundedChannelOptions(keepEvery ? pool.Capacity : 1)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleWriter = true,
        };
        _channel = Channel.CreateBounded<Frame>(options, Drop);
    }

    /// <summary>Frames that lie ready.</summary>
    public int Count => _channel.Reader.Count;

    /// <summary>Completes, or fails, after <see cref="Complete"/> once all frames were taken.</summary>
    public Task Completion => _channel.Reader.Completion;

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>
    /// A frame to write the next picture into. When all are in use, the newest-frame passage takes back the one that
    /// nobody has fetched yet; else this waits until one has come back.
    /// </summary>
    public Frame Rent(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_pool.TryRent(out var frame))
            return frame;
        if (!_keepEvery && _channel.Reader.TryRead(out var pending))
            Drop(pending);
        return _pool.Rent(cancellationToken);
    }

    /// <summary>Hands the frame over; after <see cref="Complete"/> it goes back to the pool.</summary>
    public void Post(Frame frame)
    {
        if (!_channel.Writer.TryWrite(frame))
            frame.Dispose();
    }

    /// <summary>
    /// The next frame, which the caller disposes; null once the camera has ended and all frames were taken.
    /// </summary>
    public ValueTask<Frame?> TakeAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<Frame?>(cancellationToken);
        return _channel.Reader.TryRead(out var frame) ? new(frame) : WaitAsync(cancellationToken);
    }

    public bool TryTake([NotNullWhen(true)] out Frame? frame) => _channel.Reader.TryRead(out frame);

    public void Complete(Exception? error = null) => _channel.Writer.TryComplete(error);

    /// <summary>Returns what nobody fetched to the pool.</summary>
    public void Clear()
    {
        while (_channel.Reader.TryRead(out var frame))
            frame.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Frame?> WaitAsync(CancellationToken cancellationToken)
    {
        while (await _channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_channel.Reader.TryRead(out var frame))
                return frame;
        }

        return null;
    }

    private void Drop(Frame frame)
    {
        Interlocked.Increment(ref _dropped);
        frame.Dispose();
    }
}
