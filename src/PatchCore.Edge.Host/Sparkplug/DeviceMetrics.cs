using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>What a camera tells as a device: its latest result, and how it and its line are doing.</summary>
internal sealed class DeviceMetrics
{
    /// <summary>Of the recipe in force; written, it is the next one's.</summary>
    public const string Recipe = "Recipe/Name";

    /// <summary>Of the recipe in force; written, until the recipe changes.</summary>
    public const string Threshold = "Recipe/Threshold";

    public const string Paused = "Camera/Paused";

    /// <summary>Written alone, with a part's id: have it inspected.</summary>
    public const string Trigger = "Device Control/Trigger";

    private readonly List<MetricSlot> _slots = [];
    private readonly List<(MetricSlot Slot, Func<ResultMessage, object?> Value)> _result = [];
    private readonly List<(MetricSlot Slot, Func<DeviceReading, object?> Value)> _reading = [];

    /// <param name="aliases">The next free one; those used are counted on.</param>
    public DeviceMetrics(ref ulong aliases)
    {
        var next = aliases;
        Result("Result/Id", SparkplugType.String, r => r.Id.ToString());
        Result("Result/Verdict", SparkplugType.String, r => VerdictText.Of(r.Verdict));
        Result("Result/Code", SparkplugType.Int32, r => (int)r.Verdict);
        Result("Result/Reason", SparkplugType.String, r => r.Reason);
        Result("Result/Score", SparkplugType.Float, r => r.Score);
        Result("Result/Threshold", SparkplugType.Float, r => r.Threshold);
        Result("Result/NormalizedScore", SparkplugType.Float, r => r.NormalizedScore);
        Result("Result/PartId", SparkplugType.String, r => r.PartId);
        Result("Result/PartType", SparkplugType.String, r => r.PartType);
        Result("Result/FrameId", SparkplugType.Int64, r => r.FrameId);
        Result("Result/CapturedAt", SparkplugType.DateTime, r => r.CapturedAt);
        Result("Result/LatencyMs", SparkplugType.Double, r => r.Latency.Total);
        Result("Result/Recipe", SparkplugType.String, r => r.RecipeName);
        Result("Result/Bundle", SparkplugType.String, r => r.Bundle);
        Reading(Recipe, SparkplugType.String, r => r.Recipe.Name);
        Reading("Recipe/Bundle", SparkplugType.String, r => r.Recipe.Bundle);
        Reading(Threshold, SparkplugType.Float, r => r.Recipe.Threshold);
        Reading("Counts/Pass", SparkplugType.Int64, r => r.Counts.Pass);
        Reading("Counts/Fail", SparkplugType.Int64, r => r.Counts.Fail);
        Reading("Counts/Error", SparkplugType.Int64, r => r.Counts.Error);
        Reading("Camera/State", SparkplugType.String, r => r.Camera.State.ToString().ToLowerInvariant());
        Reading(Paused, SparkplugType.Boolean, r => r.Paused);
        Reading("Camera/FramesPerSecond", SparkplugType.Double, r => r.Camera.FramesPerSecond);
        Reading("Camera/Captured", SparkplugType.Int64, r => r.Camera.Captured);
        Reading("Camera/Dropped", SparkplugType.Int64, r => r.Camera.Dropped);
        Reading("Camera/Failures", SparkplugType.Int64, r => r.Camera.Failures);
        Slot(Trigger, SparkplugType.String);
        aliases = next;

        MetricSlot Slot(string name, SparkplugType type)
        {
            var slot = new MetricSlot(name, next++, type);
            _slots.Add(slot);
            return slot;
        }

        void Result(string name, SparkplugType type, Func<ResultMessage, object?> value) =>
            _result.Add((Slot(name, type), value));

        void Reading(string name, SparkplugType type, Func<DeviceReading, object?> value) =>
            _reading.Add((Slot(name, type), value));
    }

    public IReadOnlyCollection<MetricSlot> Slots => _slots;

    /// <summary>Everything, with what is known now.</summary>
    public IEnumerable<SparkplugMetric> Birth(DeviceReading reading, DateTimeOffset now)
    {
        foreach (var (slot, value) in _reading)
            slot.Set(value(reading), now);
        return _slots.Select(slot => slot.Birth());
    }

    /// <summary>A result, whole, since its metrics belong together.</summary>
    /// <param name="historical">It comes late.</param>
    public IEnumerable<SparkplugMetric> Data(ResultMessage result, bool historical)
    {
        foreach (var (slot, value) in _result)
            slot.Set(value(result), result.PublishedAt);
        return _result.Select(metric => metric.Slot.Data(historical));
    }

    /// <summary>What has changed.</summary>
    public List<SparkplugMetric> Changes(DeviceReading reading, DateTimeOffset now) =>
    [
        .. from metric in _reading where metric.Slot.Set(metric.Value(reading), now) select metric.Slot.Data(),
    ];
}
