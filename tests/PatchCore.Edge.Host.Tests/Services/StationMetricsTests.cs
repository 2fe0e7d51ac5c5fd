using System.Diagnostics.Metrics;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

public sealed class StationMetricsTests : IDisposable
{
    private readonly FramePool _pool = new(1);

    [Fact]
    public void Verdicts_latencies_frames_and_losses_are_measured_by_camera()
    {
        using var metrics = new StationMetrics();
        var seen = new SortedDictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == metrics.Meter)
                l.EnableMeasurementEvents(instrument);
        };
        void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
            where T : struct
        {
            var key = instrument.Name;
            foreach (var tag in tags)
                key += $" {tag.Value}";
            seen[key] = seen.GetValueOrDefault(key)
                + Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
        }
        listener.SetMeasurementEventCallback<long>(Note);
        listener.SetMeasurementEventCallback<double>(Note);
        listener.SetMeasurementEventCallback<int>(Note);
        metrics.Watch(() => ("line-1", Captured: 9, Dropped: 2, Failures: 1));
        metrics.WatchOutbox(() => (Results: 3, Heatmaps: 4, Expired: 5));
        metrics.WatchArchive(() => new ArchiveMessage
        {
            Station = "s1",
            State = ArchiveState.Failing,
            Path = "/archive",
            Frames = 7,
            Bytes = 700,
            Counted = true,
            Written = 5,
            Removed = 6,
            Skipped = new(1, 2, 3),
            PublishedAt = default,
        });
        metrics.WatchDrift("line-1", () => new DriftReading(
            DriftLevel.Alarm, DriftCauses.Scores, 99, 0,
            new ScoreDrift(DriftOrigin.Calibration, 60, 50, 0.5, 0.5, 0.25, 2, 1, 0.25, 0.125, 0),
            new PictureDrift(DriftOrigin.Learned, 90, 120, -0.25), new PictureDrift(DriftOrigin.Learned, 3, 2, 0.5)));
        listener.Start();

        metrics.Record(
            "line-1", Outcome(Verdict.Pass),
            new PublishTimes(TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(1)));
        metrics.Record("line-1", Outcome(Verdict.Fail), default);
        metrics.Record("line-1", Outcome(Verdict.Error), default);
        metrics.Record("line-1", Outcome(Verdict.Error), default);
        listener.RecordObservableInstruments();

        Assert.Equal((1, 1, 2), (metrics.Tally.Passed, metrics.Tally.Failed, metrics.Tally.Errors));
        Assert.Equal(
        [
            "patchcore.archive.bytes = 700",
            "patchcore.archive.frames = 7",
            "patchcore.archive.removed = 6",
            "patchcore.archive.skipped ERROR = 3",
            "patchcore.archive.skipped FAIL = 2",
            "patchcore.archive.skipped PASS = 1",
            "patchcore.archive.state = 2",
            "patchcore.archive.written = 5",
            "patchcore.drift.brightness line-1 = -0.25",
            "patchcore.drift.level line-1 = 2",
            "patchcore.drift.psi line-1 = 0.5",
            "patchcore.drift.rejects line-1 = 0.125",
            "patchcore.drift.sharpness line-1 = 0.5",
            "patchcore.frames line-1 = 9",
            "patchcore.frames.dropped line-1 = 2",
            "patchcore.frames.failed line-1 = 1",
            "patchcore.latency line-1 embed = 40",
            "patchcore.latency line-1 publish = 1",
            "patchcore.latency line-1 queue = 20",
            "patchcore.latency line-1 render = 7",
            "patchcore.latency line-1 total = 80",
            "patchcore.messages.dropped expired = 5",
            "patchcore.messages.dropped heatmap = 4",
            "patchcore.messages.dropped result = 3",
            "patchcore.verdicts line-1 ERROR = 2",
            "patchcore.verdicts line-1 FAIL = 1",
            "patchcore.verdicts line-1 PASS = 1",
        ], seen.Select(pair => $"{pair.Key} = {pair.Value}"));
    }

    public void Dispose() => _pool.Dispose();

    private InspectionOutcome Outcome(Verdict verdict)
    {
        using var frame = _pool.Rent();
        return new(
            frame, null!, null, verdict, null, null,
            new StageTimes(default, TimeSpan.FromMilliseconds(10), default, default),
            TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20));
    }
}
