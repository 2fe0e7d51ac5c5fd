using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>What is sent, and in which order; all of it by the one task of the link.</summary>
internal sealed partial class SparkplugLink
{
    /// <summary>How long a broker that is left may take to acknowledge the node's death.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>Results of a camera that is away which wait for it.</summary>
    private const int MostHeld = 256;

    private readonly HashSet<string> _alive = [];
    private readonly Dictionary<string, List<OutboxMessage>> _held = [];
    private volatile int _heldCount;
    private long _bornAt;

    private void Pump()
    {
        if (!BeBorn() || IsLeaving())
            return;
        foreach (var camera in _sources.Devices.Keys)
        {
            if (_alive.Contains(camera))
                continue;
            var reading = _sources.Devices[camera]();
            if (reading.Camera.State == CameraState.Streaming
                || (reading.Camera.State == CameraState.Ended && _held.ContainsKey(camera)))
            {
                Bear(camera, reading);
            }
        }

        while (_client.Outstanding < Window && _outbox.TryTake(out var message))
        {
            if (!SendResult(message))
                return;
            _durable?.Refill();
        }

        if (_outbox.Count == 0 && (_durable?.Waiting ?? 0) == 0)
            BuryTheLost();
        if (_changesDue)
            SendChanges();
    }

    /// <summary>Announces node and devices where that is due; false when there is no connection.</summary>
    private bool BeBorn()
    {
        bool born;
        lock (_gate)
        {
            if (!_up)
                return false;
            born = _born;
        }

        if (born && !_rebirthAsked)
            return true;
        if (born && BetweenRebirths - _time.GetElapsedTime(_bornAt) is { Ticks: > 0 } rest)
        {
            // Who asks too soon gets it later, and everybody who asked meanwhile with it.
            _rebirthTimer!.Change(rest, Timeout.InfiniteTimeSpan);
            return true;
        }

        _rebirthAsked = false;
        _bornAt = _time.GetTimestamp();
        if (!born && _number.Save() is { } trouble)
            _logger.SparkplugProblem($"bdSeq {_number.Value} is not kept: {trouble}");
        _alive.Clear();
        lock (_gate)
            _born = _up;
        if (!Send(_topics.NodeBirth, _session.NodeBirth(_number.Value, _sources.Node())))
            return false;
        _logger.Born(_topics.NodeBirth, _number.Value, _brokers[_at].ToString());
        return true;
    }

    /// <summary>Dies here where another broker is wanted, to be born there.</summary>
    private bool IsLeaving()
    {
        var wanted = _wanted;
        if (wanted == Anywhere)
            return false;
        _wanted = Anywhere;
        if (wanted == _at)
            return false;
        lock (_gate)
        {
            if (_born)
                _client.TryPublish(_topics.NodeDeath, Death(_number.Value), Deathly, out _);
            // Nothing may follow a node's death but its next birth.
            (_up, _born) = (false, false);
        }

        // Closed with an acknowledgment unread, the connection would look broken, and the broker tell of the death too.
        _client.Flush(Farewell);
        return _client.MoveTo(wanted);
    }

    private void Bear(string camera, in DeviceReading reading)
    {
        if (!Send(_topics.DeviceBirth(camera), _session.DeviceBirth(camera, reading)))
            return;
        _alive.Add(camera);
        if (!_held.Remove(camera, out var held))
            return;
        _outbox.Return(held);
        _heldCount -= held.Count;
    }

    /// <summary>A camera that is lost, or has ended, and has nothing more to tell.</summary>
    private void BuryTheLost()
    {
        foreach (var camera in _alive.ToList())
        {
            var reading = _sources.Devices[camera]();
            var gone = reading.Camera.State switch
            {
                CameraState.Streaming => false,
                CameraState.Ended => reading.Done,
                _ => true,
            };
            if (gone && Send(_topics.DeviceDeath(camera), _session.DeviceDeath()))
                _alive.Remove(camera);
        }
    }

    private void SendChanges()
    {
        _changesDue = false;
        if (_session.NodeData(_sources.Node()) is { } node)
            Send(_topics.NodeData, node);
        foreach (var camera in _alive)
        {
            if (_session.DeviceData(camera, _sources.Devices[camera]()) is { } device)
                Send(_topics.DeviceData(camera), device);
        }
    }

    /// <summary>False when the connection has gone.</summary>
    private bool SendResult(in OutboxMessage message)
    {
        var camera = message.Topic;
        if (!_sources.Devices.TryGetValue(camera, out var read))
        {
            // Of an earlier run, which had a camera of this name.
            Settle(message);
            return true;
        }

        if (!_alive.Contains(camera))
        {
            Hold(camera, read(), message);
            return true;
        }

        ResultMessage result;
        try
        {
            result = ResultMessage.Parse(message.Payload);
        }
        catch (WireException error)
        {
            _logger.SparkplugProblem($"a result of camera {camera} cannot be read: {error.Message}");
            Settle(message);
            return true;
        }

        var historical = _outbox.IsHistorical(message, Volatile.Read(ref _connectedAt));
        // The gate is held so that whatever becomes of the message finds it noted.
        lock (_gate)
        {
            try
            {
                if (_born && _client.TryPublish(
                    _topics.DeviceData(camera), _session.DeviceData(camera, result, historical),
                    new MosquittoDelivery(0), out var id))
                {
                    _inFlight[id] = message;
                    return true;
                }
            }
            catch (MosquittoException error)
            {
                // It never will be sent, and its place in the sequence is missing: hosts begin anew.
                _logger.SparkplugProblem($"a result of camera {camera} is given up: {error.Message}");
                Settle(message);
                _rebirthAsked = true;
                return true;
            }

            _outbox.Return([message]);
            return false;
        }
    }

    /// <summary>
    /// Keeps a result of a camera that is lost until it is back. When they become too many, the camera is born for as
    /// long as it takes to tell them, and so is one that has ended.
    /// </summary>
    private void Hold(string camera, in DeviceReading reading, in OutboxMessage message)
    {
        if (!_held.TryGetValue(camera, out var held))
            _held[camera] = held = [];
        held.Add(message);
        _heldCount++;
        if (reading.Camera.State is CameraState.Streaming or CameraState.Ended || held.Count >= MostHeld)
            Bear(camera, reading);
    }

    private bool Send(string topic, byte[] payload)
    {
        lock (_gate)
            return _born && _client.TryPublish(topic, payload, new MosquittoDelivery(0), out _);
    }
}
