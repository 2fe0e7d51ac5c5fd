using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>Numbers of a station and its cameras, every few seconds, by config/schema/metrics.schema.json.</summary>
public sealed record MetricsMessage : IWireMessage
{
    public const string Schema = "patchcore.metrics/1";

    public required string Station { get; init; }

    /// <summary>What latencies and <see cref="Cpu"/> are of: since the message before.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Physical memory of the process.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Processor time of the process within the interval, as a share of all processors; 0 to 1.</summary>
    public double Cpu { get; init; }

    /// <summary>Garbage collections since the start, of generation 0, 1 and 2.</summary>
    public (int Gen0, int Gen1, int Gen2) Collections { get; init; }

    /// <summary>Messages that the broker does not have yet.</summary>
    public int Waiting { get; init; }

    /// <summary>Null where no pictures are kept.</summary>
    public ArchiveState? Archive { get; init; }

    public IReadOnlyList<CameraMetrics> Cameras { get; init; } = [];

    public required DateTimeOffset PublishedAt { get; init; }

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.Begin(Schema, Station);
        json.WriteRounded("intervalSeconds"u8, Interval.TotalSeconds);
        json.WriteNumber("memoryBytes"u8, MemoryBytes);
        json.WriteRounded("cpu"u8, Cpu);
        json.WriteStartObject("collections"u8);
        json.WriteNumber("gen0"u8, Collections.Gen0);
        json.WriteNumber("gen1"u8, Collections.Gen1);
        json.WriteNumber("gen2"u8, Collections.Gen2);
        json.WriteEndObject();
        json.WriteNumber("waiting"u8, Waiting);
        if (Archive is { } archive)
            json.WriteString("archive"u8, ArchiveMessage.States[(int)archive]);
        json.WriteStartArray("cameras"u8);
        foreach (var camera in Cameras)
            camera.Write(json);
        json.WriteEndArray();
        json.End(PublishedAt);
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not metrics of this schema version, or a property is missing or of another
    /// type.</exception>
    public static MetricsMessage Parse(ReadOnlySpan<byte> utf8) => WireReader.Parse(utf8, Schema, static message =>
    {
        if (!message.TryObject("collections", out var collections))
            throw message.Unexpected("collections", "missing", "an object");
        return new MetricsMessage
        {
            Station = message.Text("station"),
            Interval = TimeSpan.FromSeconds(message.Number("intervalSeconds") ?? 0),
            MemoryBytes = message.Integer("memoryBytes"),
            Cpu = message.Number("cpu") ?? 0,
            Collections = (
                (int)collections.Integer("gen0"), (int)collections.Integer("gen1"), (int)collections.Integer("gen2")),
            Waiting = (int)message.Integer("waiting"),
            Archive = message.TextOrNull("archive") is null
                ? null
                : (ArchiveState)message.Word("archive", ArchiveMessage.States),
            Cameras = message.Objects("cameras", CameraMetrics.Read),
            PublishedAt = message.Time("publishedAt"),
        };
    });
}
