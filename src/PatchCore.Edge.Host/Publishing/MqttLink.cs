using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// The station's connection to its broker, or to one of several. Whoever publishes never waits: messages go to an
/// <see cref="Outbox"/>, from which a few at a time go to the client while it is connected. Retained messages are kept by topic, the newest wins,
/// and are sent again after every reconnect, since a broker that was restarted may have forgotten them. What the broker
/// had not acknowledged when the connection broke is sent again, in order; a result that comes late is marked as
/// historical. With a <see cref="DurableOutbox"/> results come from there.
/// </summary>
internal sealed partial class MqttLink : IMessageQueue, IAsyncDisposable
{
    /// <summary>
    /// Messages that the client may hold; the rest stays where it can still be dropped in the right order.
    /// </summary>
    private const int Window = 32;

    private static readonly MosquittoDelivery State = new(1, Retain: true, ContentType: "application/json");

    private readonly MosquittoClient _client;
    private readonly Outbox _outbox;
    private readonly DurableOutbox? _durable;
    private readonly ILogger _logger;
    private readonly Dictionary<string, (byte[] Payload, MosquittoDelivery Delivery)> _retained = [];
    private readonly HashSet<string> _unsent = [];
    private readonly Lock _gate = new();
    private readonly PublishLoop _loop;
    private bool _disposed;

    /// <inheritdoc cref="MqttLink(IReadOnlyList{MosquittoOptions}, Outbox, ILogger, DurableOutbox?)"/>
    public MqttLink(MosquittoOptions broker, Outbox outbox, ILogger logger, DurableOutbox? durable = null)
        : this([broker], outbox, logger, durable)
    {
    }

    /// <param name="brokers">In order of preference.</param>
    /// <param name="durable">Keeps results on disk; null keeps them in memory.</param>
    /// <exception cref="MosquittoException">libmosquitto is missing or refuses an option.</exception>
    public MqttLink(
        IReadOnlyList<MosquittoOptions> brokers, Outbox outbox, ILogger logger, DurableOutbox? durable = null)
    {
        (_outbox, _durable, _logger) = (outbox, durable, logger);
        _brokers = [.. brokers.Select(broker => broker with { ResendAfterReconnect = false })];
        _reasons = new string?[brokers.Count];
        _client = new MosquittoClient(_brokers);
        _loop = new PublishLoop(Pump, Failed);
        _client.ConnectionChanged += OnConnectionChanged;
        _client.PublishCompleted += OnCompleted;
        _client.Problem += text => _logger.MqttProblem(text);
    }

    public bool IsConnected => _client.IsConnected;

    /// <summary>Messages that the broker does not have yet.</summary>
    public int Waiting => (_durable?.Waiting ?? 0) + _outbox.Count + _client.Outstanding + UnsentCount;

    private int UnsentCount
    {
        get
        {
            lock (_gate)
                return _unsent.Count;
        }
    }

    /// <param name="tell">What is wrong with the durable outbox, null when nothing is any more.</param>
    public void Start(Action<string?>? tell = null)
    {
        _durable?.Start(_outbox, Wake, tell ?? (_ => { }));
        _loop.Start();
        _client.Start();
        if (_brokers.Count > 1 && ReturnInterval > TimeSpan.Zero)
            _returning = ReturnAsync(_stop.Token);
    }

    public void PublishResult(
        string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, Verdict verdict)
    {
        var kind = verdict == Verdict.Pass ? MessageKind.Pass : MessageKind.Reject;
        if (_durable is not null)
        {
            _durable.Add(kind, topic, payload);
            return;
        }
        _outbox.Add(kind, topic, payload, delivery);
        Wake();
    }

    /// <summary>Takes a copy of an alarm or an answer, which waits in memory.</summary>
    public void PublishEvent(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        _outbox.Add(MessageKind.Event, topic, payload, delivery);
        Wake();
    }

    public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        _outbox.Add(MessageKind.Heatmap, topic, payload, delivery);
        Wake();
    }

    /// <summary>
    /// Has <paramref name="receive"/> called, on the network thread, with what comes on a topic, now and after every
    /// reconnect.
    /// </summary>
    public void Subscribe(string topic, Action<MosquittoMessage> receive)
    {
        _client.MessageReceived += message =>
        {
            if (message.Topic == topic)
                receive(message);
        };
        _client.Subscribe(topic, 1);
    }

    /// <summary>Sets what the topic retains (QoS 1, JSON).</summary>
    public void PublishState(string topic, byte[] payload) =>
        PublishState(topic, payload, State);

    /// <summary>Sets what the topic retains.</summary>
    public void PublishState(string topic, byte[] payload, MosquittoDelivery delivery)
    {
        lock (_gate)
        {
            _retained[topic] = (payload, delivery);
            _unsent.Add(topic);
        }
        Wake();
    }

    /// <summary>
    /// Waits until the broker has everything, at most <paramref name="timeout"/>, and not at all for a broker that is
    /// known to be away; false when something is left.
    /// </summary>
    public async Task<bool> DrainAsync(TimeSpan timeout, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        while (Waiting > 0)
        {
            if (limit.IsCancellationRequested || (!_client.IsConnected && AllAreAway))
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, CancellationToken.None);
        }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        await _returning;
        await _loop.StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private void Wake() => _loop.Wake();

    private void Failed(Exception error)
    {
        _logger.PublishFailed(error);
        Wake();
    }

    private void OnConnectionChanged(MosquittoConnection change)
    {
        if (change.IsConnected)
            Connected(change.Broker);
        else
            Disconnected(change.Broker, change.Reason);
        Wake();
    }

    private void Pump()
    {
        while (_client.IsConnected && _greeted && !_paused && _client.Outstanding < Window)
        {
            if (TakeState() is var (topic, state, delivery) && topic is not null)
            {
                SendState(topic, state, delivery);
            }
            else if (_outbox.TryTake(out var message))
            {
                if (!Send(message))
                    return;
                _durable?.Refill();
            }
            else
            {
                return;
            }
        }
    }

    private (string? Topic, byte[] State, MosquittoDelivery Delivery) TakeState()
    {
        lock (_gate)
        {
            if (_unsent.Count == 0)
                return (null, [], default);
            var topic = _unsent.First();
            _unsent.Remove(topic);
            var (state, delivery) = _retained[topic];
            return (topic, state, delivery);
        }
    }
}
