using System.Diagnostics.Metrics;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Services;

/// <summary>
/// Counters and latencies of the station under the meter "PatchCore.Edge", for dotnet-counters, OpenTelemetry and
/// tests. Every measurement carries the camera.
/// </summary>
internal sealed class StationMetrics : IDisposable
{
    public const string MeterName = "PatchCore.Edge";

    private readonly Counter<long> _verdicts;
    private readonly Histogram<double> _latency;
    private readonly List<Func<(string Camera, long Captured, long Dropped, long Failures)>> _cameras = [];
    private readonly List<(string Camera, Func<DriftReading> Read)> _drifts = [];
    private readonly List<(string Camera, Func<long> LeftOut)> _heatmaps = [];

    public StationMetrics()
    {
        _verdicts = Meter.CreateCounter<long>("patchcore.verdicts", "{verdict}", "Verdicts by kind");
        _latency = Meter.CreateHistogram<double>(
            "patchcore.latency", "ms", "Time of a stage, or in total from capture to verdict");
        Meter.CreateObservableCounter("patchcore.frames", () => Observe(c => c.Captured), "{frame}", "Frames captured");
        Meter.CreateObservableCounter(
            "patchcore.frames.dropped", () => Observe(c => c.Dropped), "{frame}", "Frames that a newer one replaced");
        Meter.CreateObservableCounter(
            "patchcore.frames.failed", () => Observe(c => c.Failures), "{frame}", "Frames without a picture");
        Meter.CreateObservableCounter(
            "patchcore.heatmaps.left_out",
            () => _heatmaps.Select(sink => new Measurement<long>(
                sink.LeftOut(), new KeyValuePair<string, object?>("camera", sink.Camera))),
            "{heatmap}", "Heatmaps that were not drawn because of overload");
        Gauge("level", "0 ok, 1 drifting, 2 alarm", r => (int)r.Level);
        Gauge("psi", "Population stability index of the scores", r => r.Scores.Psi);
        Gauge("rejects", "Share of good parts that would be rejected, projected", r => r.Scores.Rejects);
        Gauge("brightness", "Change of the mean brightness, as a share of it", r => r.Brightness.Change);
        Gauge("sharpness", "Change of the mean sharpness, as a share of it", r => r.Sharpness.Change);
    }

    public Meter Meter { get; } = new(MeterName);

    /// <summary>Of all cameras together.</summary>
    public VerdictTally Tally { get; } = new();

    public void Watch(Func<(string Camera, long Captured, long Dropped, long Failures)> camera) => _cameras.Add(camera);

    public void WatchOutbox(Func<(long Results, long Heatmaps, long Expired)> dropped) => Meter.CreateObservableCounter(
        "patchcore.messages.dropped",
        () =>
        {
            var (results, heatmaps, expired) = dropped();
            return new[] { Of(results, "result"), Of(heatmaps, "heatmap"), Of(expired, "expired") };
        },
        "{message}",
        "Messages given up because the broker was away too long");

    public void WatchArchive(Func<ArchiveMessage> archive)
    {
        Meter.CreateObservableGauge(
            "patchcore.archive.state", () => (int)archive().State, null, "0 ok, 1 full, 2 failing");
        Meter.CreateObservableGauge("patchcore.archive.frames", () => archive().Frames, "{frame}", "Frames kept");
        Meter.CreateObservableGauge("patchcore.archive.bytes", () => archive().Bytes, "By", "Of all their files");
        Meter.CreateObservableCounter("patchcore.archive.written", () => archive().Written, "{frame}", "Frames kept");
        Meter.CreateObservableCounter(
            "patchcore.archive.removed", () => archive().Removed, "{frame}", "Frames that made room");
        Meter.CreateObservableCounter(
            "patchcore.archive.skipped",
            () =>
            {
                var (pass, fail, error) = archive().Skipped;
                return new[]
                {
                    Of(pass, VerdictText.Pass), Of(fail, VerdictText.Fail), Of(error, VerdictText.Error),
                };
            },
            "{frame}",
            "Frames that were to be kept and were not");
    }

    /// <summary>A camera's heatmaps that were left out.</summary>
    public void WatchHeatmaps(string camera, Func<long> leftOut) => _heatmaps.Add((camera, leftOut));

    /// <summary>A camera's drift; the reading is taken when somebody measures.</summary>
    public void WatchDrift(string camera, Func<DriftReading> read) => _drifts.Add((camera, read));

    public void Record(string camera, in InspectionOutcome outcome, in PublishTimes published)
    {
        var cameraTag = new KeyValuePair<string, object?>("camera", camera);
        _verdicts.Add(1, cameraTag, new("verdict", VerdictText.Of(outcome.Verdict)));
        Tally.Count(outcome.Verdict);
        Record(outcome.Frame.CaptureTime, "capture");
        Record(outcome.Queued, "queue");
        Record(outcome.Times.Convert, "convert");
        Record(outcome.Times.Embed, "embed");
        Record(outcome.Times.Search, "search");
        Record(outcome.Times.Score, "score");
        Record(published.Render, "render");
        Record(published.Publish, "publish");
        Record(outcome.Total, "total");

        void Record(TimeSpan time, string stage)
        {
            if (time > TimeSpan.Zero)
                _latency.Record(time.TotalMilliseconds, cameraTag, new("stage", stage));
        }
    }

    public void Dispose() => Meter.Dispose();

    private void Gauge(string name, string what, Func<DriftReading, double> value) => Meter.CreateObservableGauge(
        $"patchcore.drift.{name}",
        () => _drifts.Select(drift => new Measurement<double>(
            value(drift.Read()), new KeyValuePair<string, object?>("camera", drift.Camera))),
        null,
        what);

    private Measurement<long>[] Observe(
        Func<(string Camera, long Captured, long Dropped, long Failures), long> value) =>
    [
        .. _cameras.Select(camera => camera())
            .Select(c => new Measurement<long>(value(c), new KeyValuePair<string, object?>("camera", c.Camera))),
    ];

    private static Measurement<long> Of(long value, string kind) =>
        new(value, new KeyValuePair<string, object?>("kind", kind));
}
