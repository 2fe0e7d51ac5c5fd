using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Services;

/// <summary>
/// Publishes the station's numbers every few seconds. Counts grow from the start; latencies are those of the interval,
/// so that a slow minute is not lost among days.
/// </summary>
internal sealed class MetricsPublisher : IAsyncDisposable
{
    private readonly Topics _topics;
    private readonly List<(Pipeline Pipeline, List<(string Name, LatencyInterval Interval)> Stages)> _cameras;
    private readonly IMessageQueue _queue;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private readonly ProcessorMeter _processor;

    /// <param name="topics">Of the station.</param>
    /// <param name="pipelines">Of its cameras, whose latencies nobody clears.</param>
    /// <param name="queue">Where the messages go.</param>
    /// <param name="interval">From message to message; zero publishes none.</param>
    public MetricsPublisher(
        Topics topics, IEnumerable<Pipeline> pipelines, IMessageQueue queue, TimeSpan interval, TimeProvider time)
    {
        (_topics, _queue, _interval, _time) = (topics, queue, interval, time);
        _cameras = [.. pipelines.Select(pipeline => (
            pipeline,
            pipeline.Latencies.Stages.Select(stage => (stage.Name, new LatencyInterval(stage.Latency))).ToList()))];
        _processor = new ProcessorMeter(time);
        var period = interval > TimeSpan.Zero ? interval : Timeout.InfiniteTimeSpan;
        _timer = time.CreateTimer(_ => Publish(), null, period, period);
    }

    /// <summary>Messages that the broker does not have yet.</summary>
    public Func<int> Waiting { get; init; } = () => 0;

    /// <summary>How the archive is doing; null where there is none.</summary>
    public Func<ArchiveState>? Archive { get; init; }

    /// <summary>Publishes now, with what was measured since the last time.</summary>
    public void Publish()
    {
        var (interval, cpu) = _processor.Next();
        var message = new MetricsMessage
        {
            Station = _topics.Station,
            Interval = interval,
            MemoryBytes = Environment.WorkingSet,
            Cpu = cpu,
            Collections = (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)),
            Waiting = Waiting(),
            Archive = Archive?.Invoke(),
            Cameras = _cameras.ConvertAll(camera => Of(camera.Pipeline, camera.Stages)),
            PublishedAt = _time.GetUtcNow(),
        };
        // The next ones make up for a lost one, and after an outage nobody wants the old ones.
        _queue.PublishEvent(
            _topics.Metrics, message.ToUtf8(),
            new MosquittoDelivery(
                Delivery.Metrics.QualityOfService, Delivery.Metrics.Retain,
                _interval > TimeSpan.Zero ? _interval : null, "application/json"));
    }

    /// <summary>Waits for a message that is being written.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private static CameraMetrics Of(Pipeline pipeline, List<(string Name, LatencyInterval Interval)> stages)
    {
        var (camera, tally) = (pipeline.Camera, pipeline.Tally);
        var status = camera.Status;
        return new CameraMetrics
        {
            Name = camera.Name,
            Passed = tally.Passed,
            Failed = tally.Failed,
            Errors = tally.Errors,
            Captured = status.Captured,
            Dropped = status.Dropped,
            Skipped = camera.Skipped,
            Failures = status.Failures,
            Stalls = status.Stalls,
            Hung = status.Hung,
            FramesPerSecond = status.FramesPerSecond,
            Latency =
            [
                .. from stage in stages
                   let latency = stage.Interval.Next()
                   where latency.Count > 0
                   select new StageMetrics(
                       stage.Name, latency.Count, latency.Percentile(0.5).TotalMilliseconds,
                       latency.Percentile(0.95).TotalMilliseconds, latency.Percentile(0.99).TotalMilliseconds),
            ],
        };
    }
}
