using System.Globalization;
using PatchCore.Edge.Host.Tests.Commanding;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>A station as a cell of a unified namespace, with what it says to controllers and charts.</summary>
public sealed class TopicPathTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private const string Root = "acme/berlin/packing/line-4";

    private readonly MosquittoBroker _broker = MosquittoBroker.Start();

    [Fact]
    public async Task Station_is_a_cell_below_a_root_of_several_levels_with_verdicts_for_controllers_and_metrics()
    {
        using var everything = await Subscriber.ToAsync(_broker.Port, "#");
        using var plc = await Subscriber.ToAsync(_broker.Port, $"{Root}/s1/top/plc");
        using var results = await Subscriber.ToAsync(_broker.Port, $"{Root}/s1/top/result");
        using var metrics = await Subscriber.ToAsync(_broker.Port, $"{Root}/s1/metrics");
        using var station = HostProcess.Start(["run", "--config", Configuration(), "--Mqtt:MetricsSeconds=0.2"]);

        Assert.Equal(PlcResult.Started, PlcResult.Parse(plc.Next().Payload));
        for (var number = 1; number <= 5; number++)
        {
            var result = ResultMessage.Parse(results.Next().Payload);
            var message = plc.Next();
            Assert.Equal(new PlcResult(result.Verdict, number), PlcResult.Parse(message.Payload));
            Assert.Equal((1, false, "text/plain"), (message.Qos, message.Retain, message.ContentType));
        }

        var camera = MetricsMessage.Parse(
            metrics.Next(m => MetricsMessage.Parse(m.Payload).Cameras[0].Latency.Count > 0).Payload).Cameras[0];
        Assert.Contains("embed", camera.Latency.Select(stage => stage.Stage));
        station.Terminate();
        Assert.Equal(0, (await station.EndAsync()).Code);
        var topics = everything.All().Select(m => m.Topic).ToHashSet();
        Assert.All(topics, topic => Assert.StartsWith($"{Root}/s1/", topic, StringComparison.Ordinal));
        Assert.Superset(
            new HashSet<string> { $"{Root}/s1/status", $"{Root}/s1/metrics", $"{Root}/s1/top/state" }, topics);
    }

    [Fact]
    public async Task Station_that_speaks_mqtt_3_1_1_publishes_answers_and_leaves_its_last_will()
    {
        using var results = await Subscriber.ToAsync(_broker.Port, $"{Root}/s1/top/result");
        using var replies = await Subscriber.ToAsync(_broker.Port, $"{Root}/s1/top/reply");
        using var status = await Subscriber.ToAsync(_broker.Port, $"{Root}/s1/status");
        using (HostProcess.Start(["run", "--config", Configuration(), "--Mqtt:Protocol=3.1.1"]))
        {
            var result = results.Next();
            Assert.Equal((null, null), (result.ContentType, result.Expiry));
            Assert.Equal("s1", ResultMessage.Parse(result.Payload).Station);
            replies.Client.TryPublish(
                $"{Root}/s1/top/command", CommandedCamera.BytesOf(new() { Command = CommandKind.Status }),
                new MosquittoDelivery(1), out _);
            Assert.NotNull(CommandReply.Parse(replies.Next().Payload).Status);
        }

        status.Next(m => !StationStatus.Parse(m.Payload).Online);
    }

    [Theory]
    [InlineData("acme//line-4")]
    [InlineData("/acme")]
    [InlineData("acme/")]
    [InlineData("acme/+/line-4")]
    [InlineData("$SYS/acme")]
    public async Task Root_that_is_no_topic_is_refused_before_the_start(string root)
    {
        var (code, _, errors) = await HostProcess.RunAsync(
            "run", "--check", "--config", Configuration(), "--Station:TopicRoot=" + root);

        Assert.Equal(2, code);
        Assert.Contains($"Station:TopicRoot found '{root}'", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _broker.Dispose();

    private string Configuration() => bundle.Write(
        $"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "{{Root}}" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}} },
          "Cameras": {
            "top": {
              "Bundle": "bundle", "Source": { "Kind": "simulated", "IntervalMs": 50, "DefectRate": 0.5 },
              "DeadlineMs": 30000, "Plc": { "Compact": true }
            }
          }
        }
        """));
}
