using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>
/// The station as a Sparkplug edge node, by a connection of its own, for its last will is the node's death. Results
/// wait in an <see cref="Outbox"/> and become Sparkplug's on the way out, by a task of the link's: whoever leaves one
/// waits for nothing. With a <see cref="DurableOutbox"/> they come from there.
/// </summary>
internal sealed partial class SparkplugLink : IAsyncDisposable
{
    /// <summary>However many hosts ask, and however often.</summary>
    public static readonly TimeSpan BetweenRebirths = TimeSpan.FromSeconds(5);

    /// <summary>No broker in particular.</summary>
    private const int Anywhere = -1;

    /// <summary>Messages that the client may hold.</summary>
    private const int Window = 32;

    private readonly SparkplugTopics _topics;
    private readonly SparkplugSession _session;
    private readonly BirthNumber _number;
    private readonly MosquittoClient _client;
    private readonly Outbox _outbox;
    private readonly DurableOutbox? _durable;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<MosquittoOptions> _brokers;
    private readonly Lock _gate = new();
    private readonly PublishLoop _loop;
    private readonly Dictionary<int, OutboxMessage> _inFlight = [];
    private SparkplugSources _sources = SparkplugSources.None;
    private ITimer? _timer;
    private ITimer? _rebirthTimer;
    private string _lastReason = "";
    private long _connectedAt;
    private volatile int _at;
    private volatile int _wanted = Anywhere;
    private bool _up;
    private bool _born;
    private volatile bool _rebirthAsked;
    private volatile bool _changesDue;
    private bool _disposed;

    /// <param name="connections">Of the station, in order of preference; client id, session and will are the link's
    /// own.</param>
    /// <param name="cameras">Their names.</param>
    /// <param name="outbox">Of this link alone.</param>
    /// <param name="durable">Keeps results on disk; null keeps them in memory.</param>
    /// <exception cref="MosquittoException">libmosquitto is missing or refuses an option.</exception>
    public SparkplugLink(
        SparkplugTopics topics, IReadOnlyList<MosquittoOptions> connections, IEnumerable<string> cameras,
        BirthNumber number, Outbox outbox, ILogger logger, DurableOutbox? durable = null)
    {
        (_topics, _number, _outbox, _durable, _logger, _time) = (topics, number, outbox, durable, logger, outbox.Time);
        _session = new SparkplugSession(cameras, _time);
        _brokers = [.. connections.Select(connection => connection with
        {
            ClientId = $"{connection.ClientId}-sparkplug",
            SessionExpiry = null,
            NextWill = () => new MosquittoWill(topics.NodeDeath, Death(number.ForNextTry()), Deathly),
            ResendAfterReconnect = false,
        })];
        _client = new MosquittoClient(_brokers);
        _loop = new PublishLoop(Pump, _logger.SparkplugFailed);
        _client.ConnectionChanged += OnConnectionChanged;
        _client.PublishCompleted += OnCompleted;
        _client.MessageReceived += OnMessage;
        _client.Problem += text => _logger.SparkplugProblem(text);
    }

    /// <summary>Results that have not been sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return (_durable?.Waiting ?? 0) + _outbox.Results + _inFlight.Count + _heldCount;
        }
    }

    private static MosquittoDelivery Deathly => new(1);

    /// <summary>Connects, and keeps trying.</summary>
    /// <param name="tell">What is wrong with the durable outbox, null when nothing is any more.</param>
    public void Start(SparkplugSources sources, Action<string?>? tell = null)
    {
        _sources = sources;
        _durable?.Start(_outbox, Wake, tell ?? (_ => { }));
        _loop.Start();
        _client.Subscribe(_topics.NodeCommand, 1);
        _rebirthTimer = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var period = sources.Interval > TimeSpan.Zero ? sources.Interval : Timeout.InfiniteTimeSpan;
        _timer = _time.CreateTimer(_ => TellChanges(), null, period, period);
        _client.Start();
    }

    /// <summary>What leaves a camera's results here too, and all else only there.</summary>
    public IMessageQueue Beside(IMessageQueue link, string camera) => new ForkedQueue(camera, link, this);

    /// <summary>Takes a copy of a result, as JSON.</summary>
    public void Add(string camera, ReadOnlySpan<byte> result, Verdict verdict)
    {
        var kind = verdict == Verdict.Pass ? MessageKind.Pass : MessageKind.Reject;
        if (_durable is not null)
        {
            _durable.Add(kind, camera, result);
            return;
        }

        _outbox.Add(kind, camera, result, new MosquittoDelivery(0, Expiry: _sources.Expiry));
        Wake();
    }

    /// <summary>
    /// Before the start: has a camera's commands handed on, as those of <see cref="PatchCore.Edge.Wire"/>, on the
    /// network thread.
    /// </summary>
    public void Subscribe(string camera, Action<MosquittoMessage> receive)
    {
        _commands.Add(_topics.DeviceCommand(camera), (camera, receive));
        _client.Subscribe(_topics.DeviceCommand(camera), 1);
    }

    /// <summary>Looks whether a camera came or went.</summary>
    public void Wake() => _loop.Wake();

    /// <summary>
    /// Goes to the broker that the station has gone to, so that whoever listens there hears of both: once, as soon as
    /// the node is born, for a broker that does not take it in is not to be asked without end.
    /// </summary>
    /// <param name="broker">Its host and port.</param>
    public void Follow(string broker)
    {
        for (var at = 0; at < _brokers.Count; at++)
        {
            if (_brokers[at].ToString() == broker)
                _wanted = at;
        }

        Wake();
    }

    /// <summary>
    /// Sends what is left, at most so long, then the node's death; false when results are left, which a durable outbox
    /// keeps.
    /// </summary>
    public async Task<bool> StopAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        while (Waiting > 0 && IsBorn() && !limit.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, CancellationToken.None);
        var sent = Waiting == 0;
        await _loop.StopAsync();
        if (IsBorn())
            _client.TryPublish(_topics.NodeDeath, Death(_number.Value), Deathly, out _);
        _durable?.Stop(timeout);
        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _loop.StopAsync();
        if (_timer is not null)
            await _timer.DisposeAsync();
        if (_rebirthTimer is not null)
            await _rebirthTimer.DisposeAsync();
        _client.Dispose();
        _durable?.Dispose();
    }

    private byte[] Death(byte number) => SparkplugSession.NodeDeath(number, _time.GetUtcNow());

    private bool IsBorn()
    {
        lock (_gate)
            return _born;
    }

    private void TellChanges()
    {
        _changesDue = true;
        Wake();
    }

    private void OnConnectionChanged(MosquittoConnection change)
    {
        lock (_gate)
        {
            // What was sent before the connection went must not follow it into the next one.
            (_up, _born) = (change.IsConnected, false);
            if (change.IsConnected)
                _connectedAt = _time.GetTimestamp();
            else if (_inFlight.Count > 0)
                _outbox.Return(_inFlight.Values);
            _inFlight.Clear();
        }

        if (change.IsConnected)
        {
            _at = change.Broker;
            _number.Use();
            _lastReason = "";
        }
        else if (change.Reason != _lastReason)
        {
            _lastReason = change.Reason;
            _logger.SparkplugLost(_brokers[change.Broker].ToString(), change.Reason);
        }

        Wake();
    }

    private void OnCompleted(MosquittoReceipt receipt)
    {
        bool found;
        OutboxMessage message;
        lock (_gate)
            found = _inFlight.Remove(receipt.Id, out message);
        if (receipt.Refusal is { } refusal)
            _logger.SparkplugProblem($"the broker refused a message: {refusal}");
        if (found)
            Settle(message);
        Wake();
    }

    /// <summary>It has been sent, or never will be.</summary>
    private void Settle(in OutboxMessage message)
    {
        if (message.Row > 0)
            _durable!.Settle(message.Row);
        message.Release();
    }
}
