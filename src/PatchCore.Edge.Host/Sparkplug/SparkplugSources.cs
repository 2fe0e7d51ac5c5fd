namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>Where an edge node reads what it tells, from a thread of its own.</summary>
/// <param name="Node">How the station is doing.</param>
/// <param name="Devices">How each camera is doing, by name.</param>
/// <param name="Interval">From one look for changes to the next; zero never looks.</param>
/// <param name="Expiry">Age at which a result that waits in memory is given up.</param>
internal sealed record SparkplugSources(
    Func<NodeReading> Node, IReadOnlyDictionary<string, Func<DeviceReading>> Devices, TimeSpan Interval,
    TimeSpan Expiry)
{
    public static SparkplugSources None { get; } = new(
        () => default, new Dictionary<string, Func<DeviceReading>>(), TimeSpan.Zero, TimeSpan.FromHours(1));
}
