using System.Diagnostics;
using System.Runtime.CompilerServices;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Services;

/// <summary>
/// Watches one camera's line for drift, after the verdict is on its way: publishes how it is at the first frame, when
/// its level changes, and every few minutes, and raises the alarm. Each model has a window of its own, for what another
/// one scored says nothing of it.
/// </summary>
internal sealed class DriftSink : IResultSink
{
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<InspectionModel, DriftMonitor> _monitors = [];
    private readonly DriftOptions _options;
    private readonly Topics _topics;
    private readonly Alarms _alarms;
    private readonly Action<string, byte[]> _publish;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IResultSink _next;
    private readonly string _camera;
    private readonly TimeSpan _interval;
    private InspectionModel? _model;
    private DriftMonitor? _monitor;
    private DateTimeOffset _since;
    private long _published;
    private bool _isKnown;
    private bool _failed;

    /// <param name="camera">Its name.</param>
    /// <param name="settings">What counts as drift.</param>
    /// <param name="topics">Of the station.</param>
    /// <param name="publish">Sets what a topic retains; never waits.</param>
    /// <param name="next">Where outcomes go first.</param>
    public DriftSink(
        string camera, DriftSettings settings, Topics topics, Action<string, byte[]> publish, Alarms alarms,
        TimeProvider time, ILogger logger, IResultSink next)
    {
        (_camera, _topics, _publish, _alarms) = (camera, topics, publish, alarms);
        (_time, _logger, _next, _since) = (time, logger, next, time.GetUtcNow());
        _interval = TimeSpan.FromMinutes(settings.PublishMinutes);
        _options = settings.ToOptions();
    }

    /// <summary>What is known now; for any thread.</summary>
    public DriftReading Read()
    {
        lock (_gate)
            return _monitor?.Read() ?? default;
    }

    public PublishTimes Publish(in InspectionOutcome outcome)
    {
        var times = _next.Publish(outcome);
        if (outcome.Score is not { } score || outcome.Frame.Failure is not null)
            return times;
        var start = Stopwatch.GetTimestamp();
        try
        {
            Observe(outcome, score.Score);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The verdict is out. What fails once fails for every frame: it is told once.
            if (!_failed)
                _logger.DriftFailed(_camera, error.Message);
            _failed = true;
        }

        return times with { Publish = times.Publish + Stopwatch.GetElapsedTime(start) };
    }

    private void Observe(in InspectionOutcome outcome, float score)
    {
        var picture = PictureStatistics.Of(outcome.Frame.Image);
        bool changed;
        lock (_gate)
        {
            changed = MonitorOf(outcome.Recipe.Model)
                .Observe(outcome.Verdict, score, outcome.Recipe.Threshold, picture);
        }

        if (changed)
            _since = _time.GetUtcNow();
        if (!changed && _isKnown && _time.GetElapsedTime(_published) < _interval)
            return;
        (_isKnown, _published) = (true, _time.GetTimestamp());
        var reading = Read();
        PublishReading(reading, outcome.Recipe.BundleId);
        if (changed)
            Tell(reading);
    }

    private DriftMonitor MonitorOf(InspectionModel model)
    {
        if (_model != model || _monitor is null)
        {
            _model = model;
            var manifest = model.Bundle.Manifest;
            _monitor = _monitors.GetValue(
                model, _ => new DriftMonitor(_options, manifest.Calibration.Scores, manifest.Pictures));
        }

        return _monitor;
    }

    private void PublishReading(in DriftReading reading, string bundle) => _publish(
        _topics.Drift(_camera),
        new DriftMessage
        {
            Station = _topics.Station,
            Camera = _camera,
            Reading = reading,
            Since = _since,
            Bundle = bundle,
            PublishedAt = _time.GetUtcNow(),
        }.ToUtf8());

    private void Tell(in DriftReading reading)
    {
        var text = TextOf(reading);
        if (reading.Level == DriftLevel.Ok)
        {
            _alarms.Clear(_camera, AlarmKind.Drift, text);
            _logger.DriftOver(_camera, text);
            return;
        }

        _logger.Drifts(_camera, text);
        _alarms.Raise(
            _camera, AlarmKind.Drift,
            reading.Level == DriftLevel.Alarm ? AlarmSeverity.Critical : AlarmSeverity.Warning, text);
    }

    private static string TextOf(in DriftReading reading)
    {
        if (reading.Level == DriftLevel.Ok)
            return "the line looks as at calibration again";
        var scores = reading.Scores;
        var (brightness, sharpness) = (reading.Brightness, reading.Sharpness);
        var found = new List<FormattableString>();
        if (reading.Causes.HasFlag(DriftCauses.Scores))
            found.Add($"scores (median {scores.Median:0.0#} instead of {scores.BaselineMedian:0.0#})");
        if (reading.Causes.HasFlag(DriftCauses.Rejects))
            found.Add($"rejects ({scores.Rejects:P1} of good parts instead of {scores.BaselineRejects:P1})");
        if (reading.Causes.HasFlag(DriftCauses.Brightness))
            found.Add($"brightness ({brightness.Mean:0.0} instead of {brightness.Baseline:0.0})");
        if (reading.Causes.HasFlag(DriftCauses.Sharpness))
            found.Add($"sharpness ({sharpness.Mean:0.0000} instead of {sharpness.Baseline:0.0000})");
        return "the line no longer looks as at calibration: "
            + string.Join(", ", found.Select(FormattableString.Invariant));
    }
}
