using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// Reads one source on a thread of its own and hands its frames over. Whatever the source throws stays in here: a lost
/// source is opened again after a growing wait, a frame without a picture is handed over as such
/// (<see cref="Frame.Failure"/>).
/// </summary>
public sealed class Camera : IAsyncDisposable
{
    private readonly Func<IFrameSource> _open;
    private readonly CameraOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FramePool _pool;
    private readonly FrameHandover _handover;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;
    private int _disposed;
    private int _attempts;
    private long _opened;
    private long _captured;
    private long _failures;
    private long _skipped;
    private volatile ITriggerableSource? _triggerable;
    private volatile CameraState _state = CameraState.Starting;
    private volatile string? _source;
    private volatile string? _lastError;

    /// <param name="name">The camera's name in topics, messages and logs.</param>
    /// <param name="open">Makes the source; called again, on the camera's thread, whenever the source was lost.</param>
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
    }

    /// <summary>
    /// After every change of <see cref="State"/>, on the camera's thread, with the camera as it then was.
    /// </summary>
    public event Action<Camera, CameraStatus>? StateChanged;

    public string Name { get; }

    /// <summary>Decides which frames are handed over; null: all of them. Set it before the start.</summary>
    public IFrameGate? Gate { get; set; }

    /// <summary>Whether every frame that is handed over waits its turn, instead of the newest taking its place.</summary>
    public bool KeepsEvery => _options.KeepEvery;

    /// <summary>Whether frames lie ready.</summary>
    public bool HasFrame => _handover.Count > 0;

    /// <summary>Completes when there will be no more frames and all were taken; fails as the camera has.</summary>
    public Task Drained => _handover.Completion;

    /// <summary>Whether the camera takes a picture only when told to, by <see cref="Trigger"/>.</summary>
    public bool IsTriggerable => _triggerable is not null;

    public CameraState State => _state;

    public long Captured => Interlocked.Read(ref _captured);

    public long Dropped => _handover.Dropped;

    /// <summary>Frames that the gate did not let through: nobody asked for them.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    public long Failures => Interlocked.Read(ref _failures);

    public long Reopened => Math.Max(0, Interlocked.Read(ref _opened) - 1);

    public CameraStatus Status => new(_state, _source, _lastError, Captured, Dropped, Failures, Reopened);

    /// <summary>Starts the thread, once; <see cref="NextAsync"/> does so too.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_disposed == 1, this);
        if (Interlocked.Exchange(ref _started, 1) == 0)
            new Thread(Run) { Name = "camera " + Name, IsBackground = true }.Start();
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

    /// <summary>The next frame if one lies ready, which the caller disposes.</summary>
    public bool TryNext([NotNullWhen(true)] out Frame? frame) => _handover.TryTake(out frame);

    /// <summary>Has a triggerable camera take a picture; does not wait for it.</summary>
    /// <exception cref="CameraException">It is not there, or does not take the order.</exception>
    public void Trigger() => (_triggerable
        ?? throw new CameraException($"camera {Name} takes no triggers while it is {_state}")).Trigger();

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

    private void Run()
    {
        CameraException? failure = null;
        try
        {
            using var pacer = new Pacer(_time);
            while (Stream() is { } error)
            {
                _lastError = error.Message;
                _attempts++;
                if (_attempts >= _options.MaxAttempts)
                {
                    _logger.CameraFailed(error, Name, _attempts);
                    failure = new CameraException($"camera {Name} has failed: {error.Message}", innerException: error);
                    break;
                }

                var wait = _options.Backoff[Math.Min(_attempts, _options.Backoff.Count) - 1];
                _logger.CameraLost(error, Name, wait.TotalSeconds);
                Enter(CameraState.Reconnecting);
                pacer.Wait(wait, _stop.Token);
            }
        }
        catch (Exception error) when (_stop.IsCancellationRequested)
        {
            // Stopped while waiting or reading: an end like any other, whatever the source made of it.
            _logger.CameraStopped(Name, error.Message);
        }
        finally
        {
            Enter(failure is null ? CameraState.Ended : CameraState.Failed);
            _handover.Complete(failure);
            Gate?.Ready();
            _stopped.SetResult();
        }
    }

    /// <summary>Opens the source and reads it; null when it has ended, else why it was lost.</summary>
    private Exception? Stream()
    {
        try
        {
            using var source = _open();
            _source = source.Description;
            _triggerable = source is ITriggerableSource { AwaitsTrigger: true } triggerable ? triggerable : null;
            Interlocked.Increment(ref _opened);
            _logger.CameraOpened(Name, source.Description);
            while (Read(source))
                Enter(CameraState.Streaming);

            _logger.CameraEnded(Name, Captured);
            return null;
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            // Any exception: a source that breaks in an unforeseen way must not take the process, and with it the
            // other cameras, down.
            return error;
        }
        finally
        {
            _triggerable = null;
        }
    }

    /// <summary>Reads one frame and hands it over; false when there are no more.</summary>
    private bool Read(IFrameSource source)
    {
        var frame = _handover.Rent(_stop.Token);
        var handedOver = false;
        CameraException? lost = null;
        try
        {
            try
            {
                if (!source.TryRead(frame, _stop.Token))
                    return false;
                _ = frame.Image; // whether the source wrote one
                _attempts = 0;
            }
            catch (CameraException error) when (error.SourceUsable || frame.PartId is not null)
            {
                // A part that was named and could not be shown gets its verdict, also when the source is lost with it.
                lost = error.SourceUsable ? null : error;
                frame.Failure = _lastError = error.Message;
                Interlocked.Increment(ref _failures);
                _logger.FrameFailed(Name, Captured + 1, error.Message);
            }

            frame.Complete(Interlocked.Increment(ref _captured), _time.GetTimestamp(), _time.GetUtcNow());
            if (Gate?.Admits(frame) == false)
            {
                Interlocked.Increment(ref _skipped);
            }
            else
            {
                _handover.Post(frame);
                handedOver = true;
                Gate?.Ready();
            }

            return lost is null ? true : throw lost;
        }
        finally
        {
            if (!handedOver)
                frame.Dispose();
        }
    }

    private void Enter(CameraState state)
    {
        if (_state == state)
            return;
        _state = state;
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
