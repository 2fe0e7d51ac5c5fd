namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>
/// One metric: what a birth says of it, and its latest value. A value is null, or what fits the type: int, long, float,
/// double, bool, string, or <see cref="DateTimeOffset"/>.
/// </summary>
/// <param name="name">Levels apart by '/'.</param>
/// <param name="alias">Unique in the edge node; null: the metric always goes by its name.</param>
internal sealed class MetricSlot(string name, ulong? alias, SparkplugType type)
{
    private object? _value;
    private DateTimeOffset _time;

    public string Name => name;

    public ulong? Alias => alias;

    /// <summary>Sets the value and when it was so; whether it is another one.</summary>
    public bool Set(object? value, DateTimeOffset time)
    {
        // Neither has a meaning that every host shares.
        if (value is float number && !float.IsFinite(number))
            value = null;
        var changed = !Equals(_value, value);
        (_value, _time) = (value, time);
        return changed;
    }

    /// <summary>With name, alias and type.</summary>
    public SparkplugMetric Birth()
    {
        var metric = Write();
        metric.Name = name;
        return metric;
    }

    /// <summary>With its alias alone, or its name where it has none.</summary>
    /// <param name="historical">It was so when it could not be told.</param>
    public SparkplugMetric Data(bool historical = false)
    {
        var metric = Write();
        if (alias is null)
            metric.Name = name;
        if (historical)
            metric.IsHistorical = true;
        return metric;
    }

    private SparkplugMetric Write()
    {
        // Data need not have the type, and costs two bytes with it; the published decoder reads no value without.
        var metric = new SparkplugMetric
        {
            Timestamp = (ulong)_time.ToUnixTimeMilliseconds(),
            Datatype = (uint)type,
        };
        if (alias is { } number)
            metric.Alias = number;
        switch (_value)
        {
            case null: metric.IsNull = true; break;
            case int value: metric.IntValue = unchecked((uint)value); break;
            case long value: metric.LongValue = unchecked((ulong)value); break;
            case float value: metric.FloatValue = value; break;
            case double value: metric.DoubleValue = value; break;
            case bool value: metric.BooleanValue = value; break;
            case string value: metric.StringValue = value; break;
            case DateTimeOffset value: metric.LongValue = (ulong)value.ToUnixTimeMilliseconds(); break;
            default: throw new InvalidOperationException($"{name} cannot hold a {_value.GetType().Name}");
        }

        return metric;
    }
}
