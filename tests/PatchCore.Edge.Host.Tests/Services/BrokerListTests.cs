using System.Collections.Concurrent;
using System.Globalization;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Wire;
using Xunit.Abstractions;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>The whole program with two real brokers, the first of which is killed and comes back.</summary>
public sealed class BrokerListTests(TrainedBundle bundle, ITestOutputHelper output)
    : IClassFixture<TrainedBundle>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Verdicts_go_to_the_second_broker_while_the_first_is_gone_and_none_is_lost_or_out_of_order()
    {
        // The first remembers its subscriber when it is killed.
        using var first = MosquittoBroker.Start(
            "allow_anonymous true\npersistence true\nautosave_interval 1\nautosave_on_changes true\n"
            + $"max_inflight_messages 0\nmax_queued_messages 0\npersistence_location {_folder.Path}/");
        using var second = MosquittoBroker.Start();
        var received = new ConcurrentQueue<ResultMessage>();
        using var atFirst = await SubscribeAsync(first, received);
        using var atSecond = await SubscribeAsync(second, received);
        using var status = await Subscriber.ToAsync(second.Port, "factory/s1/status");
        using var station = HostProcess.Start(["run", "--config", Configuration(first.Port, second.Port)]);

        await UntilAsync(() => atFirst.All().Count > 50);
        first.Kill();
        await UntilAsync(() => atSecond.All().Count > 100);
        first.Start();
        await UntilAsync(() => atFirst.Client.IsConnected);
        var there = atFirst.All().Count;
        await UntilAsync(() => atFirst.All().Count > there + 50);
        station.Terminate();
        var (code, log, errors) = await station.EndAsync();
        await UntilAsync(() => received.DistinctBy(r => r.Id).Count() == received.Max(r => r.FrameId));

        var once = received.DistinctBy(r => r.Id).ToList();
        output.WriteLine(
            $"{once.Count} results, {atFirst.All().Count} at the first broker and {atSecond.All().Count} at the second, "
            + $"{received.Count - once.Count} twice, {once.Count(r => r.Historical)} historical");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(Enumerable.Range(1, once.Count).Select(i => (long)i), once.Select(r => r.FrameId));
        var moved = $"moved to the broker 127.0.0.1:{first.Port}";
        status.Next(m =>
            StationStatus.Parse(m.Payload) is { Online: true } s && s.Broker == $"127.0.0.1:{second.Port}");
        var farewell = status.Next(m => !StationStatus.Parse(m.Payload).Online);
        Assert.Equal(moved, StationStatus.Parse(farewell.Payload).Reason);
        using var left = await Subscriber.ToAsync(second.Port, "factory/s1/status");
        Assert.Equal(moved, StationStatus.Parse(left.Next().Payload).Reason);
        using var last = await Subscriber.ToAsync(first.Port, "factory/s1/status");
        Assert.Equal("stopped", StationStatus.Parse(last.Next().Payload).Reason);
        Assert.Contains($"Leaves the broker 127.0.0.1:{second.Port}: 127.0.0.1:{first.Port} is there again", log,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<Subscriber> SubscribeAsync(MosquittoBroker broker, ConcurrentQueue<ResultMessage> received)
    {
        var subscriber = await Subscriber.ToAsync(
            Clients.Options(broker.Port) with { ClientId = "mes", SessionExpiry = TimeSpan.FromHours(1) },
            "factory/s1/+/result");
        subscriber.Client.MessageReceived += message => received.Enqueue(ResultMessage.Parse(message.Payload));
        return subscriber;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(20, patience.Token);
    }

    private string Configuration(int first, int second) => bundle.Write(
        $"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "factory" },
          "Mqtt": {
            "Brokers": [{ "Host": "127.0.0.1", "Port": {{first}} }, { "Host": "127.0.0.1", "Port": {{second}} }],
            "ReturnSeconds": 0.5, "Outbox": { "Path": "{{_folder["outbox.db"]}}" }
          },
          "Cameras": {
            "line-1": {
              "Bundle": "bundle", "DeadlineMs": 30000, "Heatmap": { "When": "never" },
              "Source": { "Kind": "simulated", "IntervalMs": 20, "Width": 128, "Height": 128, "EveryFrame": true }
            }
          }
        }
        """));
}
