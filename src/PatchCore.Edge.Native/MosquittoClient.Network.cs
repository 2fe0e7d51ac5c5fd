using System.Globalization;

namespace PatchCore.Edge.Native;

/// <summary>The network thread: connect, loop, reconnect.</summary>
public sealed unsafe partial class MosquittoClient
{
    private const int LoopTimeoutMilliseconds = 1000;

    private readonly List<string> _details = [];
    private TimeSpan _reconnectDelay;
    private string? _ending;
    private bool _wasThere;

    /// <summary>Of the broker in turn.</summary>
    private MosquittoOptions Options => _brokers[_at];

    private bool HasProperties => Options.Version == MqttVersion.Mqtt5;

    private MosquittoHandle Create()
    {
        var handle = MosquittoHandle.Create(Options.ClientId, Options.SessionExpiry is null, this);
        try
        {
            Configure(handle);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private void Configure(MosquittoHandle handle)
    {
        Check(MosquittoMethods.mosquitto_int_option(handle, MosquittoMethods.ProtocolVersionOption,
            HasProperties ? MosquittoMethods.ProtocolVersion5 : MosquittoMethods.ProtocolVersion311),
            "mosquitto_int_option");
        Check(MosquittoMethods.mosquitto_int_option(handle, MosquittoMethods.TcpNoDelayOption, 1),
            "mosquitto_int_option");
        // The library must know that others publish while the network thread loops: a publish then wakes the loop.
        Check(MosquittoMethods.mosquitto_threaded_set(handle, true), "mosquitto_threaded_set");
        if (Options.Username is not null)
        {
            Check(MosquittoMethods.mosquitto_username_pw_set(handle, Options.Username, Options.Password),
                "mosquitto_username_pw_set");
        }
        ConfigureTls(handle);
        ConfigureWill(handle);
        MosquittoMethods.mosquitto_connect_v5_callback_set(handle, &OnConnect);
        MosquittoMethods.mosquitto_disconnect_v5_callback_set(handle, &OnDisconnect);
        MosquittoMethods.mosquitto_publish_v5_callback_set(handle, &OnPublish);
        MosquittoMethods.mosquitto_message_v5_callback_set(handle, &OnMessage);
        MosquittoMethods.mosquitto_subscribe_v5_callback_set(handle, &OnSubscribe);
        MosquittoMethods.mosquitto_log_callback_set(handle, &OnLog);
    }

    private void ConfigureTls(MosquittoHandle handle)
    {
        if (Options.Tls is not { } tls)
            return;
        foreach (var file in new[] { tls.CaFile, tls.CertificateFile, tls.KeyFile })
        {
            if (file is not null && !File.Exists(file))
                throw new MosquittoException("mosquitto_tls_set", -1, $"found no file {file}");
        }
        var systemPath = tls.CaFile is null ? "/etc/ssl/certs" : null;
        Check(MosquittoMethods.mosquitto_tls_set(handle, tls.CaFile, systemPath, tls.CertificateFile, tls.KeyFile, 0),
            "mosquitto_tls_set");
        Check(MosquittoMethods.mosquitto_tls_opts_set(handle, MosquittoMethods.VerifyPeer, null, null),
            "mosquitto_tls_opts_set");
        Check(MosquittoMethods.mosquitto_tls_insecure_set(handle, !tls.VerifyHostname), "mosquitto_tls_insecure_set");
    }

    private void ConfigureWill(MosquittoHandle handle)
    {
        if ((Options.NextWill?.Invoke() ?? Options.Will) is not { } will)
            return;
        var properties = HasProperties ? MosquittoProperties.Create(will) : 0;
        fixed (byte* payload = will.Payload.Span)
        {
            var code = MosquittoMethods.mosquitto_will_set_v5(handle, will.Topic, will.Payload.Length, payload,
                will.Delivery.Qos, will.Delivery.Retain, properties);
            // On success the library owns the properties.
            if (code != 0)
            {
                MosquittoProperties.Free(properties);
                throw new MosquittoException(
                    "mosquitto_will_set_v5", code, $"{will.Topic}: {MosquittoException.Describe(code)}");
            }
        }
    }

    /// <summary>
    /// The library's own loop (mosquitto_loop_start) ends for good on a TLS or protocol error and waits uninterruptibly
    /// between attempts. A station must come back from anything, so the waiting is done here.
    /// </summary>
    private void RunNetwork()
    {
        _reconnectDelay = Options.MinReconnectDelay;
        try
        {
            var code = Connect();
            while (true)
            {
                var reason = Loop(code);
                if (_closing || _stopping.IsSet)
                    return;
                Lost(reason);
                if (Advance())
                {
                    if (_stopping.Wait(_reconnectDelay))
                        return;
                    _reconnectDelay = Min(_reconnectDelay * 2, Options.MaxReconnectDelay);
                }

                ForgetUnacknowledgeable();
                code = Reconnect();
            }
        }
        catch (ObjectDisposedException)
        {
            // Dispose gave up waiting for this thread.
        }
        finally
        {
            _connected = false;
        }
    }

    /// <summary>Runs the connection until it ends, and returns why.</summary>
    private string Loop(int code)
    {
        var began = Environment.TickCount64;
        while (code == 0 && !_stopping.IsSet && !IsOverdue(began))
            code = MosquittoMethods.mosquitto_loop(_handle, LoopTimeoutMilliseconds, 1);
        var reason = _ending ?? MosquittoException.Describe(code);
        return _details.Count == 0 ? reason : $"{reason}: {string.Join("; ", _details)}";
    }

    /// <summary>Whether a broker answers neither hello nor goodbye.</summary>
    private bool IsOverdue(long began)
    {
        var now = Environment.TickCount64;
        if (_leaving)
            return now - _leavingSince >= Farewell.TotalMilliseconds;
        if (_wasThere || now - began < Options.ConnectTimeout.TotalMilliseconds)
            return false;
        _ending ??= string.Create(
            CultureInfo.InvariantCulture, $"no answer within {Options.ConnectTimeout.TotalSeconds} s");
        return true;
    }

    /// <summary>
    /// Chooses the broker to try next: the following one where this could not be reached, else the first. True if that
    /// is to wait: after all have been tried, and when a connection broke.
    /// </summary>
    private bool Advance()
    {
        var left = _leaving;
        _at = left ? _destination : _wasThere ? 0 : (_at + 1) % _brokers.Count;
        _wasThere = _leaving = false;
        return _at == 0 && !left;
    }

    private int Connect()
    {
        if (Options.SessionExpiry is { } expiry)
            KeepSession(expiry);
        return MosquittoMethods.mosquitto_connect_async(
            _handle, Options.Host, Options.Port, (int)Options.KeepAlive.TotalSeconds);
    }

    /// <summary>
    /// Only the call that waits takes a session's expiry, and it would wait without limit for a broker that hangs. Told
    /// of no host it keeps the expiry and goes no further.
    /// </summary>
    private void KeepSession(TimeSpan expiry)
    {
        var properties = MosquittoProperties.Create(expiry);
        _ = MosquittoMethods.mosquitto_connect_bind_v5(_handle, null, 0, 0, null, properties);
        MosquittoProperties.Free(properties);
    }

    /// <summary>
    /// A new client is the only one that has forgotten what the last connection left: the library would send it again
    /// by itself, and mixed with what is published meanwhile.
    /// </summary>
    private int Reconnect()
    {
        if (Options.ResendAfterReconnect)
            return MosquittoMethods.mosquitto_reconnect_async(_handle);
        try
        {
            var fresh = Create();
            lock (_gate)
            {
                (_disposed ? fresh : _handle).Dispose();
                if (_disposed)
                    return NotConnected;
                _handle = fresh;
                _outstanding.Clear();
                Monitor.PulseAll(_gate);
            }
            return Connect();
        }
        catch (MosquittoException error)
        {
            // A certificate that is being replaced; it is tried again.
            Raise(Problem, error.Message);
            return NotConnected;
        }
    }

    /// <summary>What was queued with QoS 0 died with the socket; nobody will report it.</summary>
    private void ForgetUnacknowledgeable()
    {
        lock (_gate)
        {
            foreach (var (id, qos) in _outstanding)
            {
                if (qos == 0)
                    _outstanding.Remove(id);
            }
            _pendingSubscriptions.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    private void Lost(string reason)
    {
        _connected = false;
        _ending = null;
        _details.Clear();
        Raise(ConnectionChanged, new MosquittoConnection(false, reason, _at));
    }

    /// <summary>Under the gate. A filter that the library refuses fails the waiting task.</summary>
    private void SendSubscription(string filter, int qos)
    {
        // A message that is being retained says so at once, and not only to who subscribes later.
        var options = HasProperties ? MosquittoMethods.RetainAsPublished : 0;
        var code = MosquittoMethods.mosquitto_subscribe_v5(_handle, out var id, filter, qos, options, 0);
        if (code == 0)
            _pendingSubscriptions[id] = filter;
        else if (code != NotConnected)
            _subscribed[filter].TrySetException(Refused(filter, code, MosquittoException.Describe(code)));
    }

    private static MosquittoException Refused(string filter, int code, string reason) =>
        new("mosquitto_subscribe_v5", code, $"{filter}: {reason}");

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static void Check(int code, string function) => MosquittoException.ThrowIfFailed(code, function);

    /// <summary>A handler that throws must not unwind through native frames.</summary>
    private void Raise<T>(Action<T>? handlers, T value)
    {
#pragma warning disable CA1031 // whatever a handler throws, the network thread goes on
        try
        {
            handlers?.Invoke(value);
        }
        catch (Exception e)
        {
            if (value is not string)
                Raise(Problem, $"an event handler failed: {e.Message}");
        }
#pragma warning restore CA1031
    }
}
