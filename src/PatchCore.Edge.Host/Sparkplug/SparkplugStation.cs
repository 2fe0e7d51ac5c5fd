using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>Makes a station an edge node with its cameras as devices, where its settings say so.</summary>
internal static class SparkplugStation
{
    private const long Megabyte = 1 << 20;

    /// <summary>Null where the station is no edge node.</summary>
    /// <param name="connections">The station's own, in order of preference.</param>
    /// <exception cref="MosquittoException">libmosquitto is missing or refuses an option.</exception>
    public static SparkplugLink? Open(
        EdgeSettings settings, IReadOnlyList<MosquittoOptions> connections, TimeProvider time, ILoggerFactory loggers)
    {
        if (settings.Sparkplug is not { } sparkplug)
            return null;
        var memory = settings.Mqtt.OutboxMegabytes * Megabyte;
        var durable = sparkplug.Folder is not { } folder ? null : new DurableOutbox(
            Path.Combine(folder, "outbox.db"),
            new OutboxLimits(sparkplug.MaxMegabytes * Megabyte, TimeSpan.FromHours(sparkplug.MaxHours)),
            new MosquittoDelivery(0), memory, time, loggers.CreateLogger<DurableOutbox>());
        try
        {
            return new SparkplugLink(
                new SparkplugTopics(sparkplug.Group, sparkplug.Node ?? settings.Station.Name), connections,
                settings.Cameras.Keys,
                new BirthNumber(sparkplug.Folder is null ? null : Path.Combine(sparkplug.Folder, "bdseq")),
                new Outbox(memory, time), loggers.CreateLogger<SparkplugLink>(), durable);
        }
        catch
        {
            durable?.Dispose();
            throw;
        }
    }

    /// <summary>Begins, once all that it tells of is there.</summary>
    public static void Start(
        this SparkplugLink node, EdgeSettings settings, StationMessages messages, Alarms alarms, Func<int> waiting,
        IEnumerable<Pipeline> pipelines, TimeProvider time)
    {
        var devices = new Dictionary<string, Func<DeviceReading>>();
        foreach (var pipeline in pipelines)
        {
            devices.Add(pipeline.Camera.Name, () => DeviceReading.Of(pipeline));
            pipeline.Camera.StateChanged += (_, _) => node.Wake();
        }

        var processor = new ProcessorMeter(time);
        node.Start(new SparkplugSources(
            Read, devices, TimeSpan.FromSeconds(settings.Mqtt.MetricsSeconds),
            TimeSpan.FromSeconds(settings.Mqtt.ResultExpirySeconds)));

        NodeReading Read() => new(
            messages.Bundle, string.Join(", ", messages.Providers.Where(p => p.Used).Select(p => p.Name)),
            alarms.Count, waiting())
        {
            Cpu = processor.Next().Share,
            MemoryBytes = Environment.WorkingSet,
        };
    }
}
