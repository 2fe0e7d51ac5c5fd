using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>What became of one execution provider, as told to subscribers.</summary>
public sealed record ProviderStatus(string Name, bool Used, string Reason);

/// <summary>
/// Whether a station is there, by config/schema/status.schema.json. Published online after every connect (birth),
/// offline on a clean stop, and left with the broker as offline last will, with <see cref="Reason"/> "connection lost".
/// </summary>
public sealed record StationStatus : IWireMessage
{
    public const string Schema = "patchcore.status/1";

    public required string Station { get; init; }

    public required bool Online { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>When the program started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>
    /// When this was written. A last will is written when connecting, so its time is not that of the loss.
    /// </summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Why it is offline: "stopped", "connection lost".</summary>
    public string? Reason { get; init; }

    /// <summary>Host and port of the broker that this was written for; null before one has answered.</summary>
    public string? Broker { get; init; }

    /// <summary>Id of the model bundle in use.</summary>
    public string? Bundle { get; init; }

    public IReadOnlyList<ProviderStatus> Providers { get; init; } = [];

    public IReadOnlyList<string> Cameras { get; init; } = [];

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.Begin(Schema, Station);
        json.WriteString("state"u8, Online ? "online"u8 : "offline"u8);
        json.WriteOptional("reason"u8, Reason);
        json.WriteString("version"u8, Version);
        json.WriteTime("startedAt"u8, StartedAt);
        json.WriteTime("publishedAt"u8, PublishedAt);
        json.WriteOptional("broker"u8, Broker);
        json.WriteOptional("bundle"u8, Bundle);
        json.WriteStartArray("providers"u8);
        foreach (var provider in Providers)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, provider.Name);
            json.WriteBoolean("used"u8, provider.Used);
            json.WriteString("reason"u8, provider.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cameras"u8);
        foreach (var camera in Cameras)
            json.WriteStringValue(camera);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a status of this schema version, or a property is missing or of another
    /// type.</exception>
    public static StationStatus Parse(ReadOnlySpan<byte> utf8) =>
        WireReader.Parse(utf8, Schema, static message => new StationStatus
        {
            Station = message.Text("station"),
            Online = message.Text("state") switch
            {
                "online" => true,
                "offline" => false,
                var state => throw message.Unexpected("state", $"'{state}'", "online or offline"),
            },
            Reason = message.TextOrNull("reason"),
            Version = message.Text("version"),
            StartedAt = message.Time("startedAt"),
            PublishedAt = message.Time("publishedAt"),
            Broker = message.TextOrNull("broker"),
            Bundle = message.TextOrNull("bundle"),
            Providers = message.Objects(
                "providers", static p => new ProviderStatus(p.Text("name"), p.Flag("used"), p.Text("reason"))),
            Cameras = message.Texts("cameras"),
        });
}
