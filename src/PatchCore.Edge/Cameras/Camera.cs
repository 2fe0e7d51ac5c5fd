using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// Reads one source on a thread of its own and hands its frames over. Whatever the source does stays in here: one that
/// is lost, silent or hangs is opened again after a growing wait, a frame without a picture is handed over as such
/// (<see cref="Frame.Failure"/>).
/// </summary>
public sealed partial class Camera : IAsyncDisposable
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
    private long _skipped;
    private volatile ITriggerableSource? _triggerable;
    private volatile string? _source;
    private Action<Frame>? _lookers;

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

    public CameraState State => _report.State;

    public long Captured => Interlocked.Read(ref _captured);

    public long Dropped => _handover.Dropped;

    /// <summary>Frames that the gate did not let through: nobody asked for them.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

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

    /// <summary>The next frame if one lies ready, which the caller disposes.</summary>
    public bool TryNext([NotNullWhen(true)] out Frame? frame) => _handover.TryTake(out frame);

    /// <summary>Has a triggerable camera take a picture; does not wait for it.</summary>
    /// <exception cref="CameraException">It is not there, or does not take the order.</exception>
    public void Trigger() => (_triggerable
        ?? throw new CameraException($"camera {Name} takes no triggers while it is {State}")).Trigger();

    /// <summary>
    /// Has <paramref name="look"/> called once, on the source's thread, with the next frame, inspected or not; the
    /// frame is lent for the call.
    /// </summary>
    public void LookAtNext(Action<Frame> look)
    {
        Action<Frame>? before;
        do
            before = _lookers;
        while (Interlocked.CompareExchange(ref _lookers, before + look, before) != before);
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
        Gate?.Ready();
        _stopped.SetResult();
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
