using System.Globalization;

namespace PatchCore.Edge.Host.Services;

/// <summary>
/// Tells systemd, at half its limit, that all pipelines make progress; says nothing when one does not.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private readonly SystemdNotify _systemd;
    private readonly IReadOnlyList<CameraWatch> _cameras;
    private readonly StationMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;

    public Watchdog(
        SystemdNotify systemd, IReadOnlyList<CameraWatch> cameras, StationMetrics metrics, TimeProvider time,
        ILogger logger)
    {
        (_systemd, _cameras, _metrics, _logger) = (systemd, cameras, metrics, logger);
        if (systemd.WatchdogInterval is { } interval)
            _timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, interval);
    }

    /// <summary>Waits for a look that is being taken.</summary>
    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal void Look()
    {
        var stuck = _cameras.Where(camera => !camera.HasProgressed()).Select(camera => camera.Camera).ToList();
        stuck.ForEach(_logger.NoProgress);
        _systemd.Status(string.Create(CultureInfo.InvariantCulture,
            $"{_metrics.Tally.Passed} PASS, {_metrics.Tally.Failed} FAIL, {_metrics.Tally.Errors} ERROR"));
        if (stuck.Count == 0)
            _systemd.Watchdog();
    }
}
