using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PatchCore.Edge.Native.Tests.Mosquitto;

/// <summary>What a broker keeps of a client that is away, why connections end, and which of several brokers it is.</summary>
public sealed class MosquittoSessionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    private readonly MosquittoBroker _broker = MosquittoBroker.Start();

    [Fact]
    public async Task Will_with_a_delay_waits_for_the_client_and_is_forgotten_when_it_comes_back()
    {
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/status");
        using var relay = new Relay(_broker.Port);
        using var client = new MosquittoClient(Options(relay.Port));
        await client.StartUntilAsync(connected: true);

        var back = client.NextAsync(connected: true);
        relay.Cut();
        using var again = new Relay(_broker.Port, relay.Port);
        await back;
        await Task.Delay(Delay + Delay / 2);
        client.TryPublish("line/status", "online"u8, new MosquittoDelivery(1), out _);
        Assert.Equal("online"u8.ToArray(), subscriber.Next().Payload);

        var watch = Stopwatch.StartNew();
        again.Cut();
        Assert.Equal("offline"u8.ToArray(), subscriber.Next().Payload);
        // The broker counts in whole seconds.
        Assert.True(watch.Elapsed > Delay - TimeSpan.FromSeconds(1), $"after {watch.Elapsed}");
    }

    [Fact]
    public async Task Message_for_a_client_that_is_away_waits_in_its_session()
    {
        using var relay = new Relay(_broker.Port);
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = new MosquittoClient(Options(relay.Port));
        client.MessageReceived += message => received.TrySetResult(message.Payload);
        await client.StartUntilAsync(connected: true);
        await client.SubscribeAsync("line/command", 1);
        using var other = new MosquittoClient(Clients.Options(_broker.Port));
        await other.StartUntilAsync(connected: true);

        relay.Cut();
        other.TryPublish("line/command", [7], new MosquittoDelivery(1), out _);
        Assert.True(other.Flush(Patience));
        using var again = new Relay(_broker.Port, relay.Port);

        Assert.Equal([7], await received.Task.WaitAsync(Patience));
    }

    [Theory]
    [InlineData(0x8b, "Server shutting down")]
    [InlineData(0x8e, "Session taken over")]
    [InlineData(0x97, "Quota exceeded")]
    public async Task Broker_that_ends_the_connection_is_quoted(byte reason, string words)
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        using var client = new MosquittoClient(Options(((IPEndPoint)broker.LocalEndpoint).Port));
        var lost = client.StartUntilAsync(connected: false);
        using var connection = await broker.AcceptTcpClientAsync();
        var stream = connection.GetStream();
        await stream.ReadAtLeastAsync(new byte[512], 1);

        // CONNACK, then DISCONNECT with the reason and no properties.
        await stream.WriteAsync(new byte[] { 0x20, 3, 0, 0, 0, 0xe0, 2, reason, 0 });

        Assert.Equal($"the broker ended the connection: {words}", (await lost).Reason);
    }

    [Fact]
    public async Task Subscription_that_is_not_allowed_is_told_by_filter_and_reason()
    {
        var plugin = Directory.EnumerateFiles(
            "/usr/lib", "mosquitto_dynamic_security.so", SearchOption.AllDirectories).First();
        var rules = Path.GetTempFileName();
        File.WriteAllText(rules, """
            { "defaultACLAccess": { "publishClientSend": true, "publishClientReceive": true, "subscribe": false,
              "unsubscribe": true }, "clients": [], "groups": [], "roles": [] }
            """);
        using var broker = MosquittoBroker.Start(
            $"allow_anonymous true\nplugin {plugin}\nplugin_opt_config_file {rules}");
        using var client = new MosquittoClient(Clients.Options(broker.Port));
        var problem = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Problem += text => problem.TrySetResult(text);
        await client.StartUntilAsync(connected: true);

        await Assert.ThrowsAsync<MosquittoException>(() => client.SubscribeAsync("line/+/command", 1));

        Assert.Equal(
            "the broker refused the subscription to line/+/command: Not authorized",
            await problem.Task.WaitAsync(Patience));
        File.Delete(rules);
    }

    [Fact]
    public async Task Broker_that_takes_the_connection_and_says_nothing_gives_way_to_the_next()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using var client = new MosquittoClient(
            [Options(port) with { ConnectTimeout = TimeSpan.FromSeconds(0.5) }, Options(_broker.Port)]);
        var lost = client.NextAsync(connected: false);

        var found = await client.StartUntilAsync(connected: true);

        Assert.Equal(new MosquittoConnection(false, "no answer within 0.5 s", 0), await lost);
        Assert.Equal(1, found.Broker);
    }

    [Fact]
    public async Task Client_that_moves_says_goodbye_and_leaves_no_session()
    {
        using var other = MosquittoBroker.Start();
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/#");
        using var client = new MosquittoClient([Options(other.Port), Options(_broker.Port)]);
        await client.StartUntilAsync(connected: true);
        var there = client.NextAsync(connected: true);
        Assert.True(client.MoveTo(1));
        Assert.Equal(1, (await there).Broker);
        var back = client.NextAsync(connected: true);

        Assert.True(client.MoveTo(0));

        Assert.Equal(0, (await back).Broker);
        await Task.Delay(Delay + Delay / 2);
        Assert.Equal(0, subscriber.Waiting);
    }

    public void Dispose() => _broker.Dispose();

    private static MosquittoOptions Options(int port) => Clients.Options(port) with
    {
        ClientId = "edge",
        ResendAfterReconnect = false,
        SessionExpiry = TimeSpan.FromSeconds(30),
        Will = new MosquittoWill("line/status", "offline"u8.ToArray(), new MosquittoDelivery(1), Delay),
    };
}
