using Google.Protobuf;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>
/// Writes what an edge node says from its birth on, in the order in which it must go out: the sequence number is 0 at a
/// node's birth, and one more (after 255 comes 0) with every message. One thread at a time.
/// </summary>
internal sealed class SparkplugSession
{
    private readonly TimeProvider _time;
    private readonly NodeMetrics _node;
    private readonly Dictionary<string, DeviceMetrics> _devices = [];
    private byte _next;

    public SparkplugSession(IEnumerable<string> cameras, TimeProvider time)
    {
        _time = time;
        ulong aliases = 1;
        _node = new NodeMetrics(time.GetUtcNow(), ref aliases);
        foreach (var camera in cameras)
            _devices.Add(camera, new DeviceMetrics(ref aliases));
    }

    /// <summary>Every metric of the node and its devices.</summary>
    public IEnumerable<MetricSlot> Slots => _node.Slots.Concat(_devices.Values.SelectMany(device => device.Slots));

    /// <summary>Every metric of a camera; their names and aliases may be read by any thread.</summary>
    public IReadOnlyCollection<MetricSlot> SlotsOf(string camera) => _devices[camera].Slots;

    /// <summary>NDEATH: has no sequence number, for nobody knows when it will be sent.</summary>
    public static byte[] NodeDeath(byte number, DateTimeOffset now)
    {
        var slot = new MetricSlot(NodeMetrics.BirthNumber, null, SparkplugType.Int64);
        slot.Set((long)number, now);
        return new SparkplugPayload
        {
            Timestamp = (ulong)now.ToUnixTimeMilliseconds(),
            Metrics = { slot.Birth() },
        }.ToByteArray();
    }

    /// <summary>NBIRTH.</summary>
    public byte[] NodeBirth(byte number, NodeReading reading)
    {
        _next = 0;
        return Write(_node.Birth(number, reading, _time.GetUtcNow()));
    }

    /// <summary>NDATA; null where nothing has changed.</summary>
    public byte[]? NodeData(NodeReading reading) => WriteAny(_node.Changes(reading, _time.GetUtcNow()));

    /// <summary>DBIRTH.</summary>
    public byte[] DeviceBirth(string camera, DeviceReading reading) =>
        Write(_devices[camera].Birth(reading, _time.GetUtcNow()));

    /// <summary>DDATA of how a camera is doing; null where nothing has changed.</summary>
    public byte[]? DeviceData(string camera, DeviceReading reading) =>
        WriteAny(_devices[camera].Changes(reading, _time.GetUtcNow()));

    /// <summary>DDATA of a result.</summary>
    /// <param name="historical">It comes late.</param>
    public byte[] DeviceData(string camera, ResultMessage result, bool historical) =>
        Write(_devices[camera].Data(result, historical));

    /// <summary>DDEATH.</summary>
    public byte[] DeviceDeath() => Write([]);

    private byte[]? WriteAny(List<SparkplugMetric> metrics) => metrics.Count == 0 ? null : Write(metrics);

    private byte[] Write(IEnumerable<SparkplugMetric> metrics)
    {
        var payload = new SparkplugPayload
        {
            Timestamp = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds(),
            Seq = _next++,
        };
        payload.Metrics.AddRange(metrics);
        return payload.ToByteArray();
    }
}
