using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Tests.Publishing;

public sealed class MqttLinkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly MosquittoDelivery Result = new(1, Expiry: TimeSpan.FromMinutes(5));

    [Fact]
    public async Task Results_published_before_and_after_the_broker_was_there_arrive_in_order()
    {
        using var broker = MosquittoBroker.Start();
        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/result");
        await using var link = Link(broker.Port);
        link.PublishResult("line/result", [0], Result, Verdict.Fail);
        link.Start();
        for (byte i = 1; i < 100; i++)
            link.PublishResult("line/result", [i], Result, Verdict.Fail);

        Assert.Equal(Enumerable.Range(0, 100), Enumerable.Range(0, 100).Select(_ => (int)subscriber.Next().Payload[0]));
    }

    [Fact]
    public async Task Broker_restarted_without_memory_gets_state_and_waiting_results_again()
    {
        using var broker = MosquittoBroker.Start();
        await using var link = Link(broker.Port);
        link.Start();
        link.PublishState("line/status", [1]);
        link.PublishState("line/status", [2]);
        await DrainAsync(link);

        broker.Kill();
        link.PublishResult("line/result", [3], Result, Verdict.Fail);
        broker.Start();

        // Whoever subscribes before the result has gone out sees it; the state is there for everybody.
        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/#");
        link.PublishResult("line/result", [4], Result, Verdict.Fail);
        Assert.Equal([2], subscriber.Next(message => message.Topic == "line/status").Payload);
        await DrainAsync(link);
        Assert.Equal(0, link.Waiting);
    }

    [Fact]
    public async Task Publishing_without_a_broker_never_waits_and_keeps_to_its_memory()
    {
        var outbox = new Outbox(10_000, TimeProvider.System);
        await using var link = new MqttLink(Clients.Options(MosquittoBroker.FreePort()), outbox, NullLogger.Instance);
        link.Start();
        for (var i = 0; i < 1000; i++)
        {
            link.PublishResult("line/result", new byte[10], Result, Verdict.Fail);
            link.PublishHeatmap("line/heatmap", new byte[1000], new MosquittoDelivery(0));
        }

        Assert.Equal((1000, 0), (outbox.Count, (int)outbox.DroppedResults));
        Assert.Equal(1000, outbox.DroppedHeatmaps);
        Assert.False(await link.DrainAsync(Patience, TimeProvider.System));
    }

    [Fact]
    public async Task Message_that_cannot_be_sent_does_not_stop_the_others()
    {
        using var broker = MosquittoBroker.Start();
        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/result");
        await using var link = Link(broker.Port);
        link.PublishResult("line/#", [1], Result, Verdict.Fail);
        link.PublishResult("line/result", [2], Result, Verdict.Fail);
        link.Start();

        Assert.Equal([2], subscriber.Next().Payload);
    }

    private static MqttLink Link(int port) =>
        new(Clients.Options(port), new Outbox(1 << 20, TimeProvider.System), NullLogger.Instance);

    private static async Task DrainAsync(MqttLink link)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await link.DrainAsync(Patience, TimeProvider.System))
            await Task.Delay(5, patience.Token);
    }
}
