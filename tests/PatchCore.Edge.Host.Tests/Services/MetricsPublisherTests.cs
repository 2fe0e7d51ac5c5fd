using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Tests.Commanding;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

public sealed class MetricsPublisherTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>
{
    [Fact]
    public async Task Metrics_count_from_the_start_and_time_the_interval()
    {
        var time = new ManualTime();
        await using var camera = new CommandedCamera(bundle, time, TriggerKind.Continuous);
        await using var publisher = new MetricsPublisher(
            new Topics("factory", "s1"), [camera.Pipeline], camera, TimeSpan.Zero, time)
        {
            Waiting = () => 7,
            Archive = () => ArchiveState.Full,
        };
        camera.Start();
        await CommandedCamera.Until(() => camera.Pipeline.Verdicts >= 3);
        camera.Pipeline.Pause();
        await CommandedCamera.Until(() => camera.Pipeline.Inspected == camera.Pipeline.Admitted);
        time.Advance(TimeSpan.FromSeconds(10));

        publisher.Publish();
        time.Advance(TimeSpan.FromSeconds(5));
        publisher.Publish();

        Assert.All(camera.Sent, sent => Assert.Equal(
            ("factory/s1/metrics", 0, false), (sent.Topic, sent.Delivery.Qos, sent.Delivery.Retain)));
        var messages = camera.Sent.Select(sent => MetricsMessage.Parse(sent.Payload)).ToList();
        Assert.Equal([10, 5], messages.Select(message => message.Interval.TotalSeconds));
        Assert.All(messages, message => Assert.Equal((7, ArchiveState.Full), (message.Waiting, message.Archive)));
        Assert.All(messages, message => Assert.InRange(message.Cpu, 0, 1));
        Assert.True(messages[0].MemoryBytes > 10_000_000);
        var (first, second) = (messages[0].Cameras[0], messages[1].Cameras[0]);
        var verdicts = camera.Pipeline.Verdicts;
        Assert.All(
            (CameraMetrics[])[first, second],
            one => Assert.Equal(verdicts, one.Passed + one.Failed + one.Errors));
        var total = first.Latency.Single(stage => stage.Stage == "total");
        Assert.Equal(verdicts, total.Count);
        Assert.True(total.P50 > 0 && total.P50 <= total.P95 && total.P95 <= total.P99);
        Assert.Empty(second.Latency);
    }
}
