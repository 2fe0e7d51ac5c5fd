namespace PatchCore.Edge.Native;

/// <summary>
/// An MQTT client over libmosquitto. It has a network thread of its own, connects and reconnects there, and no method
/// waits for the network but <see cref="Flush"/> and <see cref="Dispose"/>, whose waits are bounded.
/// Events are raised on the network thread and must return quickly.
/// </summary>
public sealed unsafe partial class MosquittoClient : IDisposable
{
    private const int NotConnected = 4;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lookup = TimeSpan.FromSeconds(5);
    private static readonly Lazy<string> Version = new(Initialize);

    private readonly IReadOnlyList<MosquittoOptions> _brokers;
    private readonly object _gate = new();
    private readonly Dictionary<int, int> _outstanding = [];
    private readonly Dictionary<string, int> _subscriptions = [];
    private readonly Dictionary<int, string> _pendingSubscriptions = [];
    private readonly Dictionary<string, TaskCompletionSource> _subscribed = [];
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;
    private MosquittoHandle _handle;
    private volatile bool _connected;
    private volatile bool _closing;
    private volatile bool _leaving;
    private long _leavingSince;
    private int _destination;
    private volatile int _at;
    private bool _started;
    private bool _disposed;

    /// <exception cref="MosquittoException">libmosquitto is missing or refuses an option (a TLS file, the will's
    /// topic, …)</exception>
    public MosquittoClient(MosquittoOptions options)
        : this([options])
    {
    }

    /// <summary>
    /// A client of one broker at a time: the first of the list that answers. When its connection breaks, they are tried
    /// from the first on.
    /// </summary>
    /// <param name="brokers">In order of preference; several need <see cref="MosquittoOptions.ResendAfterReconnect"/>
    /// false.</param>
    /// <exception cref="ArgumentException">The list is empty, or one of several resends.</exception>
    /// <exception cref="MosquittoException">libmosquitto is missing or refuses an option (a TLS file, the will's
    /// topic, …)</exception>
    public MosquittoClient(IReadOnlyList<MosquittoOptions> brokers)
    {
        ArgumentNullException.ThrowIfNull(brokers);
        if (brokers.Count == 0 || (brokers.Count > 1 && brokers.Any(broker => broker.ResendAfterReconnect)))
            throw new ArgumentException("expected one broker, or several that do not resend", nameof(brokers));
        _ = Version.Value;
        _brokers = brokers;
        _thread = new Thread(RunNetwork) { IsBackground = true, Name = "mosquitto" };
        try
        {
            _handle = Create();
        }
        catch
        {
            _stopping.Dispose();
            throw;
        }
    }

    /// <summary>The connection came up (subscriptions are sent again) or went away (it is being retried).</summary>
    public event Action<MosquittoConnection>? ConnectionChanged;

    public event Action<MosquittoMessage>? MessageReceived;

    /// <summary>One publish left <see cref="Outstanding"/>: written for QoS 0, acknowledged or refused for QoS 1.</summary>
    public event Action<MosquittoReceipt>? PublishCompleted;

    /// <summary>Warnings and errors of the library (TLS details above all) and failures of event handlers.</summary>
    public event Action<string>? Problem;

    /// <summary>"2.0.11".</summary>
    public static string LibraryVersion => Version.Value;

    public bool IsConnected => _connected;

    /// <summary>Publishes that have not been written (QoS 0) or acknowledged (QoS 1) yet.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate)
                return _outstanding.Count;
        }
    }

    /// <summary>Starts the network thread, which connects and keeps trying; returns at once.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_started)
            return;
        _started = true;
        _thread.Start();
    }

    /// <summary>
    /// Hands a message to the network thread. False when it cannot be delivered: QoS 0 and no connection. QoS 1 without
    /// a connection is kept in memory and sent after reconnecting, unless the options say otherwise; bounding that is
    /// the caller's, by <see cref="Outstanding"/>. The id is what <see cref="PublishCompleted"/> reports, perhaps before this returns.
    /// </summary>
    /// <exception cref="MosquittoException">an invalid topic or a message that the broker's limits forbid</exception>
    public bool TryPublish(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, out int id)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var properties = HasProperties ? MosquittoProperties.Create(delivery) : 0;
        try
        {
            // The acknowledgment can arrive before the call returns; the gate makes it wait until the id is noted.
            lock (_gate)
            {
                id = 0;
                if (!_connected && !Options.ResendAfterReconnect)
                    return false;
                int code;
                fixed (byte* bytes = payload)
                {
                    code = MosquittoMethods.mosquitto_publish_v5(_handle, out id, topic, payload.Length, bytes,
                        delivery.Qos, delivery.Retain, properties);
                }
                if (code == NotConnected && delivery.Qos == 0)
                    return false;
                if (code is not (0 or NotConnected))
                {
                    throw new MosquittoException(
                        "mosquitto_publish_v5", code, $"{topic}: {MosquittoException.Describe(code)}");
                }
                _outstanding[id] = delivery.Qos;
                return true;
            }
        }
        finally
        {
            MosquittoProperties.Free(properties);
        }
    }

    /// <summary>Subscribes now and after every reconnect; completes when the broker first granted it.</summary>
    /// <exception cref="MosquittoException">(in the task) the broker refused the filter</exception>
    public Task SubscribeAsync(string filter, int qos)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_gate)
        {
            _subscriptions[filter] = qos;
            if (!_subscribed.TryGetValue(filter, out var granted))
            {
                _subscribed[filter] = granted = new TaskCompletionSource(
                    TaskCreationOptions.RunContinuationsAsynchronously);
            }
            if (IsConnected)
                SendSubscription(filter, qos);
            return granted.Task;
        }
    }

    /// <summary>As <see cref="SubscribeAsync"/>; that the broker refused is told by <see cref="Problem"/>
    /// alone.</summary>
    public void Subscribe(string filter, int qos) => _ = SubscribeAsync(filter, qos).ContinueWith(
        refused => _ = refused.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);

    /// <summary>
    /// Says goodbye to the broker, so that it publishes no last will, and goes on to another one, or those after it;
    /// what is not acknowledged by then is for the caller to send again. False without a connection.
    /// </summary>
    /// <param name="broker">Its place in the list, from 0.</param>
    public bool MoveTo(int broker)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)broker, (uint)_brokers.Count, nameof(broker));
        lock (_gate)
        {
            if (_disposed || !_connected)
                return false;
            (_leavingSince, _destination, _leaving) = (Environment.TickCount64, broker, true);
            var properties = Options.SessionExpiry is null ? 0 : MosquittoProperties.Create(TimeSpan.Zero);
            _ = MosquittoMethods.mosquitto_disconnect_v5(_handle, 0, properties);
            MosquittoProperties.Free(properties);
            return true;
        }
    }

    /// <summary>Waits until nothing is outstanding; false when <paramref name="timeout"/> passed first.</summary>
    public bool Flush(TimeSpan timeout)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_gate)
        {
            while (_outstanding.Count > 0)
            {
                var left = deadline - Environment.TickCount64;
                if (left <= 0)
                    return false;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
            }
            return true;
        }
    }

    /// <summary>
    /// Drains what is outstanding (while connected, at most the drain timeout), disconnects and ends the network
    /// thread. A thread that hangs in a name lookup is left to end by itself; the native client lives until then.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_started)
            Disconnect(onNetworkThread: Thread.CurrentThread == _thread);
        else
            _stopping.Dispose();
        lock (_gate)
        {
            foreach (var pending in _subscribed.Values)
                pending.TrySetCanceled();
        }
        _handle.Dispose();
    }

    private void Disconnect(bool onNetworkThread)
    {
        if (_connected && !onNetworkThread)
            Flush(Options.DrainTimeout);
        _closing = true;
        var sent = MosquittoMethods.mosquitto_disconnect_v5(_handle, 0, 0) == 0;
        // The thread ends by itself once the DISCONNECT is out; a broker that takes nothing more must not hold us up.
        if (sent && !onNetworkThread)
            _thread.Join(Farewell);
        _stopping.Set();
        if (!onNetworkThread && _thread.Join(Lookup))
            _stopping.Dispose();
    }

    private static string Initialize()
    {
        try
        {
            MosquittoException.ThrowIfFailed(MosquittoMethods.mosquitto_lib_init(), "mosquitto_lib_init");
            _ = MosquittoMethods.mosquitto_lib_version(out var major, out var minor, out var revision);
            return major == 2
                ? $"{major}.{minor}.{revision}"
                : throw new MosquittoException(
                    "mosquitto_lib_version", major, $"found version {major}.{minor}, expected 2");
        }
        catch (DllNotFoundException e)
        {
            throw new MosquittoException("mosquitto_lib_init", -1,
                $"{MosquittoMethods.Library} cannot be loaded (Debian package libmosquitto1): {e.Message}");
        }
    }
}
