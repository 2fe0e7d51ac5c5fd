using PatchCore.Edge.Host.Publishing;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>What the station tells as an edge node.</summary>
internal sealed class NodeMetrics
{
    public const string BirthNumber = "bdSeq";
    public const string Rebirth = "Node Control/Rebirth";

    private readonly List<MetricSlot> _slots = [];
    private readonly List<(MetricSlot Slot, Func<NodeReading, object?> Value)> _reading = [];
    private readonly MetricSlot _number;

    /// <param name="startedAt">When the station did.</param>
    /// <param name="aliases">The next free one; those used are counted on.</param>
    public NodeMetrics(DateTimeOffset startedAt, ref ulong aliases)
    {
        var next = aliases;
        // A host that knows no alias yet must be able to use these two.
        _number = new MetricSlot(BirthNumber, null, SparkplugType.Int64);
        var rebirth = new MetricSlot(Rebirth, null, SparkplugType.Boolean);
        rebirth.Set(false, startedAt);
        _slots.AddRange([_number, rebirth]);
        Slot("Properties/Version", SparkplugType.String).Set(ProductVersion.Text, startedAt);
        Slot("Properties/StartedAt", SparkplugType.DateTime).Set(startedAt, startedAt);
        Reading("Properties/Bundle", SparkplugType.String, r => r.Bundle);
        Reading("Properties/Providers", SparkplugType.String, r => r.Providers);
        Reading("Process/Cpu", SparkplugType.Double, r => Math.Round(r.Cpu, 3));
        Reading("Process/MemoryBytes", SparkplugType.Int64, r => r.MemoryBytes);
        Reading("Alarms/Active", SparkplugType.Int32, r => r.Alarms);
        Reading("Messages/Waiting", SparkplugType.Int32, r => r.Waiting);
        aliases = next;

        MetricSlot Slot(string name, SparkplugType type)
        {
            var slot = new MetricSlot(name, next++, type);
            _slots.Add(slot);
            return slot;
        }

        void Reading(string name, SparkplugType type, Func<NodeReading, object?> value) =>
            _reading.Add((Slot(name, type), value));
    }

    public IEnumerable<MetricSlot> Slots => _slots;

    /// <summary>Everything, with what is known now.</summary>
    /// <param name="number">The birth's, see <see cref="Sparkplug.BirthNumber"/>.</param>
    public IEnumerable<SparkplugMetric> Birth(byte number, NodeReading reading, DateTimeOffset now)
    {
        _number.Set((long)number, now);
        foreach (var (slot, value) in _reading)
            slot.Set(value(reading), now);
        return _slots.Select(slot => slot.Birth());
    }

    /// <summary>What has changed.</summary>
    public List<SparkplugMetric> Changes(NodeReading reading, DateTimeOffset now) =>
    [
        .. from metric in _reading where metric.Slot.Set(metric.Value(reading), now) select metric.Slot.Data(),
    ];
}
