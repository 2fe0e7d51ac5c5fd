using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Tests.Publishing;

/// <summary>A link with two real brokers.</summary>
public sealed class SeveralBrokersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly MosquittoDelivery Result = new(1, Expiry: TimeSpan.FromMinutes(5));

    private readonly MosquittoBroker _first = MosquittoBroker.Start();
    private readonly MosquittoBroker _second = MosquittoBroker.Start();
    private readonly ConcurrentQueue<int> _received = [];

    [Fact]
    public async Task Results_follow_to_the_second_broker_and_back_each_once_and_in_order()
    {
        var relay = new Relay(_first.Port);
        using var atFirst = await SubscribeAsync(_first);
        using var atSecond = await SubscribeAsync(_second);
        var answered = new ConcurrentQueue<string>();
        await using var link = Link([relay.Port, _second.Port], TimeSpan.FromMilliseconds(100));
        link.Answered += answered.Enqueue;
        link.Farewell = other => ("line/status", [9]);
        link.PublishState("line/status", [1]);
        link.Start();
        using var stop = new CancellationTokenSource();
        var publishing = PublishAsync(link, stop.Token);
        await UntilAsync(() => _received.Count > 100);

        relay.Cut();
        relay.Dispose();
        await UntilAsync(() => atSecond.All().Count > 100);
        using var again = new Relay(_first.Port, relay.Port);
        await UntilAsync(() => answered.Count == 3);
        var there = atFirst.All().Count;
        await UntilAsync(() => atFirst.All().Count > there + 100);
        await stop.CancelAsync();
        var published = await publishing;
        await UntilAsync(() => link.Waiting == 0);

        Assert.Equal([Name(relay.Port), Name(_second.Port), Name(relay.Port)], answered);
        await UntilAsync(() => _received.Distinct().Count() == published);
        Assert.Equal(Enumerable.Range(0, published), _received.Distinct());
        // What the first broker had got and not acknowledged when the cable was cut.
        Assert.InRange(_received.Count, published, published + 32);
        using var left = await Subscriber.ToAsync(_second.Port, "line/status");
        using var present = await Subscriber.ToAsync(_first.Port, "line/status");
        Assert.Equal((9, 1), (left.Next().Payload[0], present.Next().Payload[0]));
    }

    [Fact]
    public async Task Broker_that_does_not_answer_is_told_once_and_the_next_one_is_taken()
    {
        var dead = MosquittoBroker.FreePort();
        using var subscriber = await SubscribeAsync(_second);
        var log = new Lines();
        await using var link = new MqttLink(
            [Clients.Options(dead), Clients.Options(_second.Port)], new Outbox(1 << 20, TimeProvider.System), log)
        {
            ReturnInterval = TimeSpan.FromMilliseconds(20),
        };
        link.PublishResult("line/result", BitConverter.GetBytes(0), Result, Verdict.Fail);
        link.Start();

        Assert.Equal(0, BitConverter.ToInt32(subscriber.Next().Payload));
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Assert.Equal(
            [
                $"No connection to the broker {Name(dead)}: Connection refused; trying again",
                $"Connected to the broker {Name(_second.Port)}",
            ],
            log);
    }

    [Fact]
    public async Task Broker_that_takes_nobody_in_is_not_returned_to()
    {
        using var closed = MosquittoBroker.Start("allow_anonymous false");
        var answered = new ConcurrentQueue<string>();
        await using var link = Link([closed.Port, _second.Port], TimeSpan.FromMilliseconds(20));
        link.Answered += answered.Enqueue;
        link.Start();

        await UntilAsync(() => link.IsConnected);
        await Task.Delay(TimeSpan.FromMilliseconds(300));

        Assert.Equal([Name(_second.Port)], answered);
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private static string Name(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static MqttLink Link(int[] ports, TimeSpan interval) =>
        new([.. ports.Select(Clients.Options)], new Outbox(1 << 20, TimeProvider.System), NullLogger.Instance)
        {
            ReturnInterval = interval,
        };

    private static async Task<int> PublishAsync(MqttLink link, CancellationToken stop)
    {
        var number = 0;
        while (!stop.IsCancellationRequested)
        {
            link.PublishResult("line/result", BitConverter.GetBytes(number++), Result, Verdict.Fail);
            await Task.Delay(1, CancellationToken.None);
        }

        return number;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(5, patience.Token);
    }

    private async Task<Subscriber> SubscribeAsync(MosquittoBroker broker)
    {
        var subscriber = await Subscriber.ToAsync(broker.Port, "line/result");
        subscriber.Client.MessageReceived += message => _received.Enqueue(BitConverter.ToInt32(message.Payload));
        return subscriber;
    }

    private sealed class Lines : ConcurrentQueue<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Enqueue(formatter(state, exception));
    }
}
