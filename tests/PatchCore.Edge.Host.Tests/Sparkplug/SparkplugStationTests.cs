using System.Globalization;
using Google.Protobuf;
using PatchCore.Edge.Host.Sparkplug;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

/// <summary>The whole program as an edge node, killed, and left by its broker.</summary>
public sealed class SparkplugStationTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MosquittoBroker _broker = MosquittoBroker.Start();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Death_of_a_killed_program_is_told_with_its_number_and_each_connection_has_the_next()
    {
        using var host = await Subscriber.ToAsync(_broker.Port, "spBv1.0/plant/#");
        var configuration = Configuration();
        using (var killed = HostProcess.Start(["run", "--config", configuration]))
        {
            var births = new[] { Next(host, "NBIRTH"), Next(host, "DBIRTH"), Next(host, "DDATA") };
            await killed.KillAsync();
            var (birth, device, data) = PublishedDecoder.Decode(births.Select(m => m.Payload)) switch
            {
                [var node, var camera, var result] => (node, camera, result),
                var other => throw new InvalidOperationException($"{other.Count} decoded"),
            };
            Assert.Equal((0, 1, 2), (birth.Seq, device.Seq, data.Seq));
            Assert.Equal("Int64 0", birth.Of("bdSeq"));
            Assert.Equal("String \"CPU\"", birth.Of("Properties/Providers"));
            Assert.Equal("String \"streaming\"", device.Of("Camera/State"));
            Assert.Equal("Int64 1", data.Of(device.AliasOf("Result/FrameId")));
        }

        Assert.Equal("Int64 0", PublishedDecoder.Decode(Next(host, "NDEATH").Payload)[0].Of("bdSeq"));

        using var station = HostProcess.Start(["run", "--config", configuration]);
        Assert.Equal("Int64 1", PublishedDecoder.Decode(Next(host, "NBIRTH").Payload)[0].Of("bdSeq"));
        Next(host, "DDATA");
        _broker.Kill();
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        _broker.Start();
        using (var patience = new CancellationTokenSource(Patience))
        {
            while (!host.Client.IsConnected)
                await Task.Delay(5, patience.Token);
        }

        Assert.Equal("Int64 2", PublishedDecoder.Decode(Next(host, "NBIRTH").Payload)[0].Of("bdSeq"));
        Next(host, "DBIRTH");
        var after = Next(host, "DDATA");
        Assert.True(PublishedDecoder.Decode(after.Payload)[0].Metrics[0].GetProperty("isHistorical").GetBoolean());
        host.Next(m => m.Topic.Contains("/DDATA/", StringComparison.Ordinal)
            && !Listener.Told(m).EndsWith("historical", StringComparison.Ordinal));

        station.Terminate();
        var (code, _, errors) = await station.EndAsync();
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal("Int64 2", PublishedDecoder.Decode(Next(host, "NDEATH").Payload)[0].Of("bdSeq"));
    }

    [Fact]
    public async Task Threshold_that_a_host_writes_is_in_force_and_told_and_one_that_is_forbidden_is_not()
    {
        using var host = await Subscriber.ToAsync(_broker.Port, "spBv1.0/plant/#");
        using var replies = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/line-1/reply");
        using var station = HostProcess.Start(
            ["run", "--config", Configuration(), "--Commands:Pause=false"]);
        var birth = SparkplugPayload.Parser.ParseFrom(Next(host, "DBIRTH").Payload);
        var threshold = birth.Metrics.Single(metric => metric.Name == "Recipe/Threshold").Alias;

        Write(new SparkplugMetric { Alias = threshold, FloatValue = 0.125f });
        host.Next(message => message.Topic.Contains("/DDATA/", StringComparison.Ordinal)
            && SparkplugPayload.Parser.ParseFrom(message.Payload).Metrics.Any(
                metric => metric.Alias == threshold && metric.FloatValue == 0.125f));
        Assert.True(CommandReply.Parse(replies.Next().Payload).Accepted);
        Write(new SparkplugMetric { Name = "Camera/Paused", BooleanValue = true });

        Assert.Equal(
            "it is not allowed here: Commands:Pause is false", CommandReply.Parse(replies.Next().Payload).Reason);

        void Write(SparkplugMetric metric) => host.Client.TryPublish(
            "spBv1.0/plant/DCMD/s1/line-1",
            new SparkplugPayload
            {
                Timestamp = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                Metrics = { metric },
            }.ToByteArray(),
            new MosquittoDelivery(0), out _);
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private static MosquittoMessage Next(Subscriber host, string kind) =>
        host.Next(message => message.Topic.Contains($"/{kind}/", StringComparison.Ordinal));

    private string Configuration() => bundle.Write($"{Guid.NewGuid():N}.json", string.Create(
        CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}}, "MetricsSeconds": 1 },
          "Sparkplug": { "Group": "plant", "Folder": "{{_folder["sparkplug"]}}" },
          "Cameras": {
            "line-1": {
              "Bundle": "bundle", "DeadlineMs": 30000, "Heatmap": { "When": "never" },
              "Source": { "Kind": "simulated", "IntervalMs": 50, "Width": 128, "Height": 128, "DefectRate": 0.3 }
            }
          }
        }
        """));
}
