using Microsoft.Extensions.Logging;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// Reads one source on a thread of its own and hands its frames over. Whatever the source does stays in here: one that
/// is lost, silent or hangs is opened again after a growing wait, a frame without a picture is handed over as such
/// (<see cref="Frame.Failure"/>).
/// </summary>
public sealed class Camera : IAsyncDisposable, ICameraSource
{
    private readonly Func<IFrameSource> _open;
    private readonly CameraOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FramePool _pool;
    private readonly FrameHandover _handover;
    private readonly SourceKeeper _keeper;
    private readonly PictureWatch _pictures;
    private readonly FrameRate _rate;
    private readonly CameraReport _report;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;
    private int _disposed;
    private long _opened;
    private long _captured;
    private long _failures;
    private volatile string? _source;

    /// <param name="name">The camera's name in topics, messages and logs.</param>
    /// <param name="open">Makes the source; called again, on a thread of its own, whenever the source was lost.</param>
    /// <param name="options">How to hand over and how long to wait.</param>
    /// <param name="time">Stamps frames and measures waits.</param>
    /// <param name="logger">Told of every opening, loss and failed frame.</param>
    public Camera(string name, Func<IFrameSource> open, CameraOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (Name, _open, _options, _time, _logger) = (name, open, options, time, logger);
        _pool = new FramePool(options.Frames);
        _handover = new FrameHandover(_pool, options.KeepEvery);
        _keeper = new SourceKeeper(this, options, time, logger);
        _pictures = new PictureWatch(options.Pictures, time);
        _rate = new FrameRate(time);
        _report = new CameraReport(Tell);
    }

    /// <summary>
    /// After every change of <see cref="State"/>, of what the pictures look like, and of the reason while there are
    /// none; with the camera as it then was. One call at a time, on a thread of the camera's.
    /// </summary>
    public event Action<Camera, CameraStatus>? StateChanged;

    public string Name { get; }

    public CameraState State => _report.State;

    public long Captured => Interlocked.Read(ref _captured);

    public long Dropped => _handover.Dropped;

    public long Failures => Interlocked.Read(ref _failures);

    public long Reopened => Math.Max(0, Interlocked.Read(ref _opened) - 1);

    public long Stalls => _keeper.Stalls;

    public long Hung => _keeper.Hung;

    public CameraStatus Status => new()
    {
        State = State,
        Source = _source,
        LastError = _report.LastError,
        Picture = _pictures.Status,
        FramesPerSecond = _rate.PerSecond,
        Captured = Captured,
        Dropped = Dropped,
        Failures = Failures,
        Reopened = Reopened,
        Stalls = Stalls,
        Hung = Hung,
    };

    string ICameraSource.Source => _source ?? $"camera {Name}";

    /// <summary>Starts the thread, once; <see cref="NextAsync"/> does so too.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_disposed == 1, this);
        if (Interlocked.Exchange(ref _started, 1) == 0)
            _ = Task.Run(RunAsync);
    }

    /// <summary>
    /// The next frame, which the caller disposes; null once the source has ended or the camera was disposed.
    /// </summary>
    /// <exception cref="CameraException">The camera has failed for good.</exception>
    public ValueTask<Frame?> NextAsync(CancellationToken cancellationToken = default)
    {
        if (_started == 0)
            Start();
        return _handover.TakeAsync(cancellationToken);
    }

    /// <summary>
    /// Stops the thread and waits for it, at most <see cref="CameraOptions.StopTimeout"/>. Frames still out stay valid.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _started, 1) == 0)
            _stopped.SetResult();
        try
        {
            await _stopped.Task.WaitAsync(_options.StopTimeout, _time, CancellationToken.None).ConfigureAwait(false);
            _stop.Dispose();
        }
        catch (TimeoutException)
        {
            _logger.CameraLeftBehind(Name, _options.StopTimeout.TotalSeconds);
        }

        _handover.Complete();
        _handover.Clear();
        _pool.Dispose();
    }

    IFrameSource ICameraSource.Open() => _open();

    void ICameraSource.Opened(IFrameSource source)
    {
        _source = source.Description;
        Interlocked.Increment(ref _opened);
        _logger.CameraOpened(Name, source.Description);
    }

    bool ICameraSource.ReadNext(SourceSession session, IFrameSource source)
    {
        var frame = _handover.Rent(session.Token);
        var handedOver = false;
        CameraException? lost = null;
        try
        {
            try
            {
                if (!session.TryRead(source, frame))
                    return false;
            }
            catch (CameraException error) when (error.SourceUsable || frame.PartId is not null)
            {
                // A part that was named and could not be shown gets its verdict, also when the source is lost with it.
                lost = error.SourceUsable ? null : error;
                frame.Failure = _report.LastError = error.Message;
                _logger.FrameFailed(Name, Captured + 1, error.Message);
            }

            (frame.CapturedTimestamp, frame.CapturedAt) = (_time.GetTimestamp(), _time.GetUtcNow());
            frame.Id = Interlocked.Increment(ref _captured);
            LookAt(frame, source.IsLive);
            _handover.Post(frame);
            handedOver = true;
            if (lost is not null)
                throw lost;
            Report(CameraState.Streaming);
            return true;
        }
        finally
        {
            if (!handedOver)
                frame.Dispose();
        }
    }

    void ICameraSource.Closed() => _rate.Restart();

    void ICameraSource.Abandoned(Frame frame, string reason)
    {
        _pool.Replace(frame);
        if (frame.PartId is null || !_pool.TryRent(out var failed))
            return;
        (failed.PartId, failed.Truth, failed.Origin) = (frame.PartId, frame.Truth, frame.Origin);
        failed.Failure = reason;
        (failed.CapturedTimestamp, failed.CapturedAt) = (_time.GetTimestamp(), _time.GetUtcNow());
        failed.Id = Interlocked.Increment(ref _captured);
        Interlocked.Increment(ref _failures);
        _handover.Post(failed);
    }

    void ICameraSource.Report(CameraState state, string error) => Report(state, error);

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            await _keeper.RunAsync(_stop.Token).ConfigureAwait(false);
            _logger.CameraEnded(Name, Captured);
        }
        catch (Exception error) when (_stop.IsCancellationRequested)
        {
            // Stopped while waiting or reading: an end like any other, whatever the source made of it.
            _logger.CameraStopped(Name, error.Message);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            failure = error;
        }

        Report(failure is null ? CameraState.Ended : CameraState.Failed);
        _handover.Complete(failure);
        _stopped.SetResult();
    }

    /// <summary>Judges the picture itself, if there is one; one that is refused has its reason in its place.</summary>
    private void LookAt(Frame frame, bool live)
    {
        var before = _pictures.Status?.State ?? PictureState.Ok;
        if (frame.Failure is null && !frame.Image.IsEmpty)
        {
            _rate.Count(frame.CapturedTimestamp);
            frame.Failure = _pictures.Look(frame.Image, live, frame.CapturedTimestamp);
        }

        if (frame.Failure is not null)
            Interlocked.Increment(ref _failures);
        if (_pictures.Status is { } now && now.State != before)
            _logger.PictureChanged(Name, now.State, now.Width, now.Height);
    }

    private void Report(CameraState state, string? error = null) =>
        _report.Enter(state, _pictures.Status?.State ?? PictureState.Ok, error);

    private void Tell()
    {
        try
        {
            StateChanged?.Invoke(this, Status);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _logger.StateListenerFailed(error, Name);
        }
    }
}
