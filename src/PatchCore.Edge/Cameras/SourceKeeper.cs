using Microsoft.Extensions.Logging;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// Keeps a camera's source going: opens it, watches it, and opens it again after a growing wait when it was lost, gives
/// nothing any more, or hangs.
/// </summary>
internal sealed class SourceKeeper
{
    private readonly ICameraSource _camera;
    private readonly CameraOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<SourceSession> _leftBehind = [];
    private int _sessions;
    private int _attempts;
    private long _stalls;
    private long _hung;

    public SourceKeeper(ICameraSource camera, CameraOptions options, TimeProvider time, ILogger logger) =>
        (_camera, _options, _time, _logger) = (camera, options, time, logger);

    /// <summary>Times that the source was open and gave nothing for too long.</summary>
    public long Stalls => Interlocked.Read(ref _stalls);

    /// <summary>Times that the source did not even return when told to, so that its thread was left behind.</summary>
    public long Hung => Interlocked.Read(ref _hung);

    /// <summary>Returns when the source has no more frames.</summary>
    /// <exception cref="CameraException">The attempts are used up.</exception>
    /// <exception cref="OperationCanceledException">Stopped; the source has returned.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await WaitForRoomAsync(stop).ConfigureAwait(false);
            var session = new SourceSession(_options, _time, stop);
            var thread = FormattableString.Invariant($"camera {_camera.Name} {++_sessions}");
            session.Start(thread, _camera.Open, _camera.Opened, _camera.ReadNext);
            var loss = await WatchAsync(session, stop).ConfigureAwait(false);
            _camera.Closed();
            stop.ThrowIfCancellationRequested();
            if (loss is not { } lost)
                return;
            _attempts = session.Delivered ? 1 : _attempts + 1;
            if (_attempts >= _options.MaxAttempts)
            {
                _logger.CameraFailed(lost.Error, _camera.Name, _attempts);
                throw new CameraException(
                    $"camera {_camera.Name} has failed: {lost.Error.Message}", innerException: lost.Error);
            }

            var wait = NextWait();
            _logger.CameraLost(lost.Error, _camera.Name, wait.TotalSeconds);
            _camera.Report(lost.State, lost.Error.Message);
            await Task.Delay(wait, _time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Watches a session to its end, or until it is left behind; null when the source has ended.</summary>
    private async Task<(CameraState State, Exception Error)?> WatchAsync(SourceSession session, CancellationToken stop)
    {
        while (!session.Ended.IsCompleted)
        {
            await WaitAsync(session, session.NextLook(), stop).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                await session.Ended.ConfigureAwait(false);
            else if (session.Overdue() is { Call: not SourceCall.None } overdue && !session.Ended.IsCompleted)
                return await GiveUpAsync(session, overdue.Call, overdue.For).ConfigureAwait(false);
        }

        return session.Error is { } error ? (CameraState.Reconnecting, error) : null;
    }

    /// <summary>Tells a source that is overdue to return, and leaves its thread behind if it does not.</summary>
    private async Task<(CameraState State, Exception Error)?> GiveUpAsync(
        SourceSession session, SourceCall call, TimeSpan silent)
    {
        if (call == SourceCall.Close)
        {
            // What came before a close that hangs is what counts: an end stays an end.
            var outcome = session.Error;
            LeaveBehind(session);
            return outcome is null ? null : (CameraState.Reconnecting, outcome);
        }

        var what = call == SourceCall.Open ? "not open after" : "no frame for";
        var reason = FormattableString.Invariant($"{_camera.Source}: {what} {silent.TotalSeconds:0.#} s");
        Interlocked.Increment(ref _stalls);
        _camera.Report(CameraState.Stalled, reason);
        session.Cancel();
        string? hung = null;
        while (!session.Ended.IsCompleted && hung is null)
        {
            await WaitAsync(session, _options.HangTimeout, CancellationToken.None).ConfigureAwait(false);
            hung = session.Ended.IsCompleted ? null : LeaveBehind(session);
        }

        return (CameraState.Stalled, new CameraException(hung ?? reason));
    }

    /// <summary>Abandons a session if its source does not return from a call; says so, else null.</summary>
    private string? LeaveBehind(SourceSession session)
    {
        var (call, since, frame) = session.Abandon();
        if (call == SourceCall.None)
            return null;
        Interlocked.Increment(ref _hung);
        _leftBehind.Add(session);
        var verb = call switch
        {
            SourceCall.Open => "open",
            SourceCall.Read => "read",
            _ => "close",
        };
        _logger.SourceHangs(_camera.Name, verb, since.TotalSeconds, _leftBehind.Count);
        var reason = FormattableString.Invariant(
            $"{_camera.Source}: hung in {verb} for {since.TotalSeconds:0.#} s, its thread is left behind");
        if (frame is not null)
            _camera.Abandoned(frame, reason);
        return reason;
    }

    /// <summary>Threads that hang are never piled up: past the limit, one of them has to return first.</summary>
    private async Task WaitForRoomAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        _leftBehind.RemoveAll(session => session.Ended.IsCompleted);
        if (_leftBehind.Count < _options.MaxHung)
            return;
        var reason = FormattableString.Invariant(
            $"{_camera.Source}: {_leftBehind.Count} threads hang in it; it is opened again when one of them returns");
        _logger.TooManyHang(_camera.Name, _leftBehind.Count);
        _camera.Report(CameraState.Stalled, reason);
        await Task.WhenAny(_leftBehind.Select(session => session.Ended)).WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Waits until the session has ended, at most so long, or the camera is stopped.</summary>
    private async Task WaitAsync(SourceSession session, TimeSpan most, CancellationToken stop) =>
        await session.Ended.WaitAsync(most, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Jitter keeps cameras that were lost together from coming back together.</summary>
    private TimeSpan NextWait()
    {
        var wait = _options.Backoff[Math.Min(_attempts, _options.Backoff.Count) - 1];
        return wait * (1 + (_options.Jitter * ((2 * _options.Random.NextDouble()) - 1)));
    }
}
