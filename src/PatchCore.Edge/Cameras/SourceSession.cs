namespace PatchCore.Edge.Cameras;

/// <summary>What a source is asked to do.</summary>
internal enum SourceCall
{
    /// <summary>Nothing: the frame is on its way, or none is free.</summary>
    None,
    Open,
    Read,
    Close,
}

/// <summary>
/// One source from its opening to its end, on a thread of its own. A driver may never return from a call, and no thread
/// can be ended from outside; so whoever watches may abandon the session: nothing that the call still delivers gets
/// out, and the thread gives frame and source back by itself if it ever returns.
/// </summary>
internal sealed class SourceSession : IDisposable
{
    private readonly CameraOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Action _touch;
    private SourceCall _call;
    private long _since;
    private TimeSpan _limit;
    private Frame? _frame;
    private bool _abandoned;
    private bool _disposed;

    public SourceSession(CameraOptions options, TimeProvider time, CancellationToken stop)
    {
        (_options, _time) = (options, time);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Token = _cancel.Token;
        _touch = Touch;
    }

    /// <summary>Canceled when the camera stops or the source is given up.</summary>
    public CancellationToken Token { get; }

    /// <summary>Completes, without error, when the thread has left the source for good.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why the source was lost; null when it has no more frames. Set before it is closed.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Whether a picture has come.</summary>
    public bool Delivered { get; private set; }

    /// <summary>
    /// Opens the source on a new thread and calls <paramref name="readNext"/> until it says that there is no more.
    /// </summary>
    public void Start(
        string thread, Func<IFrameSource> open, Action<IFrameSource> opened,
        Func<SourceSession, IFrameSource, bool> readNext) =>
        new Thread(() => Run(open, opened, readNext)) { Name = thread, IsBackground = true }.Start();

    /// <summary>Reads a frame, watched; for the session's own thread.</summary>
    /// <exception cref="OperationCanceledException">The session was abandoned meanwhile.</exception>
    public bool TryRead(IFrameSource source, Frame frame)
    {
        frame.Waiting = _touch;
        Enter(SourceCall.Read, Delivered ? _options.StallTimeout : _options.OpenTimeout, source.MayWait, frame);
        try
        {
            if (!source.TryRead(frame, Token))
                return false;
            _ = frame.Image; // whether the source wrote one
            Delivered = true;
            return true;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>How long to wait before looking again whether the source is overdue; never negative.</summary>
    public TimeSpan NextLook()
    {
        lock (_lock)
        {
            if (_options.StallTimeout is not { } interval)
                return Timeout.InfiniteTimeSpan;
            if (_call == SourceCall.None || _limit == Timeout.InfiniteTimeSpan)
                return interval;
            // Timers count whole milliseconds; without rounding up the last fraction would spin.
            var left = Math.Ceiling((_limit - _time.GetElapsedTime(_since)).TotalMilliseconds);
            return TimeSpan.FromMilliseconds(Math.Max(left, 0));
        }
    }

    /// <summary>The call that the source has been in for too long, and for how long; else none.</summary>
    public (SourceCall Call, TimeSpan For) Overdue()
    {
        lock (_lock)
        {
            if (_call == SourceCall.None || _limit == Timeout.InfiniteTimeSpan)
                return default;
            var elapsed = _time.GetElapsedTime(_since);
            return elapsed >= _limit ? (_call, elapsed) : default;
        }
    }

    /// <summary>Asks the source to return. Does not wait: what a driver does then may hang as well.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (!_disposed)
                _ = _cancel.CancelAsync();
        }
    }

    /// <summary>
    /// Gives the thread up if it is in a call of the source's, with the frame that it holds; none if it has returned.
    /// </summary>
    public (SourceCall Call, TimeSpan For, Frame? Frame) Abandon()
    {
        lock (_lock)
        {
            if (_call == SourceCall.None)
                return default;
            _abandoned = true;
            return (_call, _time.GetElapsedTime(_since), _frame);
        }
    }

    /// <summary>For the session's own thread, which is the last to use it.</summary>
    public void Dispose()
    {
        lock (_lock)
            (_call, _disposed) = (SourceCall.None, true);
        _cancel.Dispose();
    }

    private void Run(
        Func<IFrameSource> open, Action<IFrameSource> opened, Func<SourceSession, IFrameSource, bool> readNext)
    {
        IFrameSource? source = null;
        // Any exception: a source that breaks in an unforeseen way must not take the process, and with it the other
        // cameras, down.
        try
        {
            Enter(SourceCall.Open, _options.OpenTimeout);
            try
            {
                source = open();
            }
            finally
            {
                Leave();
            }

            opened(source);
            while (readNext(this, source))
            {
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Error = error;
        }

        try
        {
            Enter(SourceCall.Close, _options.HangTimeout);
            source?.Dispose();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Error ??= error;
        }

        Dispose();
        _ended.SetResult();
    }

    private void Enter(SourceCall call, TimeSpan? timeout, TimeSpan mayWait = default, Frame? frame = null)
    {
        var limit = _options.StallTimeout is not null && timeout is { } most && mayWait != Timeout.InfiniteTimeSpan
            ? most + mayWait
            : Timeout.InfiniteTimeSpan;
        var since = limit == Timeout.InfiniteTimeSpan ? 0 : _time.GetTimestamp();
        lock (_lock)
            (_call, _limit, _since, _frame) = (call, limit, since, frame);
    }

    private void Leave()
    {
        lock (_lock)
        {
            (_call, _frame) = (SourceCall.None, null);
            if (_abandoned)
                throw new OperationCanceledException("the source returned after its thread was given up");
        }
    }

    private void Touch()
    {
        lock (_lock)
            _since = _time.GetTimestamp();
    }
}
