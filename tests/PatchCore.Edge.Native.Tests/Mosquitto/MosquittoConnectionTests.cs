using System.Diagnostics;

namespace PatchCore.Edge.Native.Tests.Mosquitto;

public sealed class MosquittoConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Library_version_is_2() =>
        Assert.StartsWith("2.", MosquittoClient.LibraryVersion, StringComparison.Ordinal);

    [Fact]
    public async Task Broker_that_comes_later_gets_what_was_published_with_qos_1()
    {
        using var broker = MosquittoBroker.Prepare();
        using var client = new MosquittoClient(Clients.Options(broker.Port) with
        {
            Will = new MosquittoWill("line/status", "offline"u8.ToArray(), new MosquittoDelivery(1, Retain: true)),
        });
        var lost = await client.StartUntilAsync(connected: false);

        Assert.Equal("Connection refused", lost.Reason);
        Assert.False(client.TryPublish("line/heatmap", [1], new MosquittoDelivery(0), out _));
        Assert.True(client.TryPublish("line/state", [2], new MosquittoDelivery(1, Retain: true), out _));
        Assert.Equal(1, client.Outstanding);

        broker.Start();
        Assert.True(await Task.Run(() => client.Flush(Patience)));

        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/#");
        Assert.Equal([2], subscriber.Next().Payload);
    }

    [Fact]
    public async Task Broker_killed_and_started_again_is_found_by_publisher_and_subscriber()
    {
        using var broker = MosquittoBroker.Start();
        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/#");
        using var client = new MosquittoClient(Clients.Options(broker.Port));
        await client.StartUntilAsync(connected: true);
        Assert.True(client.TryPublish("line/1", [1], new MosquittoDelivery(1), out _));
        Assert.Equal([1], subscriber.Next().Payload);

        var publisherLost = client.NextAsync(connected: false);
        var subscriberLost = subscriber.Client.NextAsync(connected: false);
        broker.Kill();
        await Task.WhenAll(publisherLost, subscriberLost);
        var granted = subscriber.Client.NextAsync(connected: true);
        broker.Start();
        await granted;
        await subscriber.Client.SubscribeAsync("line/other", 1).WaitAsync(Patience);

        Assert.True(client.TryPublish("line/1", [2], new MosquittoDelivery(1), out _));
        Assert.Equal([2], subscriber.Next().Payload);
    }

    [Fact]
    public async Task Cut_cable_makes_the_broker_publish_the_will()
    {
        using var broker = MosquittoBroker.Start();
        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/status");
        using var relay = new Relay(broker.Port);
        using var client = new MosquittoClient(Clients.Options(relay.Port) with
        {
            Will = new MosquittoWill("line/status", "offline"u8.ToArray(), new MosquittoDelivery(1, Retain: true)),
        });
        await client.StartUntilAsync(connected: true);

        relay.Cut();

        Assert.Equal("offline"u8.ToArray(), subscriber.Next().Payload);
    }

    [Fact]
    public async Task Dispose_says_goodbye_so_no_will_is_published()
    {
        using var broker = MosquittoBroker.Start();
        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/#");
        var client = new MosquittoClient(Clients.Options(broker.Port) with
        {
            Will = new MosquittoWill("line/status", "offline"u8.ToArray(), new MosquittoDelivery(1)),
        });
        await client.StartUntilAsync(connected: true);
        client.TryPublish("line/last", [9], new MosquittoDelivery(1), out _);
        client.Dispose();

        // The broker handles a connection's packets in order: the second client's message is later than any will.
        using var second = new MosquittoClient(Clients.Options(broker.Port));
        await second.StartUntilAsync(connected: true);
        second.TryPublish("line/second", [1], new MosquittoDelivery(1), out _);

        Assert.Equal("line/last", subscriber.Next().Topic);
        Assert.Equal("line/second", subscriber.Next().Topic);
    }

    [Fact]
    public async Task Dispose_without_a_broker_returns_at_once()
    {
        var client = new MosquittoClient(Clients.Options(MosquittoBroker.FreePort()) with
        {
            MinReconnectDelay = TimeSpan.FromMinutes(1),
        });
        await client.StartUntilAsync(connected: false);
        client.TryPublish("line/1", [1], new MosquittoDelivery(1), out _);
        var watch = Stopwatch.StartNew();

        client.Dispose();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Dispose_with_a_broker_that_hangs_keeps_to_its_limits()
    {
        using var broker = MosquittoBroker.Start();
        var client = new MosquittoClient(
            Clients.Options(broker.Port) with { DrainTimeout = TimeSpan.FromMilliseconds(100) });
        await client.StartUntilAsync(connected: true);
        broker.Freeze();
        client.TryPublish("line/1", new byte[10_000_000], new MosquittoDelivery(1), out _);
        var watch = Stopwatch.StartNew();

        client.Dispose();

        // The drain, the farewell (2 s) and the last turn of the loop (1 s).
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
        Assert.Equal(1, client.Outstanding);
    }

    [Fact]
    public async Task Qos_0_that_died_with_the_connection_is_outstanding_no_longer()
    {
        using var broker = MosquittoBroker.Start();
        using var client = new MosquittoClient(Clients.Options(broker.Port));
        await client.StartUntilAsync(connected: true);
        broker.Freeze();
        for (var i = 0; i < 20; i++)
            Assert.True(client.TryPublish("line/heatmap", new byte[1_000_000], new MosquittoDelivery(0), out _));
        Assert.True(client.Outstanding > 0);

        broker.Kill();

        Assert.True(await Task.Run(() => client.Flush(Patience)));
    }

    [Fact]
    public async Task Dispose_in_a_handler_does_not_deadlock()
    {
        using var broker = MosquittoBroker.Start();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new MosquittoClient(Clients.Options(broker.Port));
        client.ConnectionChanged += _ =>
        {
            client.Dispose();
            done.TrySetResult();
        };
        client.Start();

        await done.Task.WaitAsync(Patience);

        Assert.Throws<ObjectDisposedException>(() => client.TryPublish("line/1", [1], new MosquittoDelivery(1), out _));
    }

    [Fact]
    public async Task Handler_that_throws_is_reported_and_the_client_goes_on()
    {
        using var broker = MosquittoBroker.Start();
        using var subscriber = await Subscriber.ToAsync(broker.Port, "line/#");
        var problem = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = new MosquittoClient(Clients.Options(broker.Port));
        client.PublishCompleted += _ => throw new InvalidOperationException("a broken handler");
        client.Problem += text => problem.TrySetResult(text);
        await client.StartUntilAsync(connected: true);

        client.TryPublish("line/1", [1], new MosquittoDelivery(1), out _);
        client.TryPublish("line/1", [2], new MosquittoDelivery(1), out _);

        Assert.Contains("a broken handler", await problem.Task.WaitAsync(Patience), StringComparison.Ordinal);
        Assert.Equal([1], subscriber.Next().Payload);
        Assert.Equal([2], subscriber.Next().Payload);
    }

    [Fact]
    public async Task Subscription_to_a_broken_filter_fails_with_its_name()
    {
        using var broker = MosquittoBroker.Start();
        using var client = new MosquittoClient(Clients.Options(broker.Port));
        await client.StartUntilAsync(connected: true);

        var error = await Assert.ThrowsAsync<MosquittoException>(() => client.SubscribeAsync("line/#/x", 1));

        Assert.Contains("line/#/x", error.Message, StringComparison.Ordinal);
    }
}
