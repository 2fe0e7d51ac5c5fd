using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>What an alarm is about.</summary>
public enum AlarmKind
{
    /// <summary>A line no longer looks as it did at calibration.</summary>
    Drift,

    /// <summary>Pictures cannot be kept.</summary>
    Archive,

    /// <summary>A camera gives no frames, or none that can be of a part.</summary>
    Camera,

    /// <summary>A recipe or bundle that should have been taken up could not be.</summary>
    RecipeKept,

    /// <summary>Frames come faster than they are inspected.</summary>
    Overload,

    /// <summary>Verdicts that wait for the broker cannot be kept on disk.</summary>
    Outbox,

    /// <summary>The broker refuses verdicts.</summary>
    Broker,

    /// <summary>A controller does not acknowledge results.</summary>
    Handshake,
}

/// <summary>How urgent an alarm is.</summary>
public enum AlarmSeverity
{
    /// <summary>To be looked at when there is time.</summary>
    Warning,

    /// <summary>To be looked at now.</summary>
    Critical,
}

/// <summary>
/// Something that somebody should look at begins or is over, by config/schema/alarm.schema.json. An event, not a state:
/// published when it begins, when it becomes more or less urgent, when somebody has seen it, and when it is over.
/// </summary>
public sealed record AlarmMessage : IWireMessage
{
    public const string Schema = "patchcore.alarm/1";

    internal static readonly string[] Kinds =
        ["drift", "archive", "camera", "recipe", "overload", "outbox", "broker", "handshake"];

    private static readonly string[] Severities = ["warning", "critical"];

    public required string Station { get; init; }

    /// <summary>Null: of the station as a whole.</summary>
    public string? Camera { get; init; }

    public required AlarmKind Kind { get; init; }

    public required AlarmSeverity Severity { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was over; null while it lasts.</summary>
    public DateTimeOffset? Cleared { get; init; }

    /// <summary>When somebody said to have seen it; null before.</summary>
    public DateTimeOffset? Acknowledged { get; init; }

    /// <summary>Who said so; null when they did not tell.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>For people: what was found.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.Begin(Schema, Station, Camera);
        json.WriteString("kind"u8, Kinds[(int)Kind]);
        json.WriteString("severity"u8, Severities[(int)Severity]);
        json.WriteTime("since"u8, Since);
        if (Cleared is { } cleared)
            json.WriteTime("cleared"u8, cleared);
        if (Acknowledged is { } acknowledged)
            json.WriteTime("acknowledged"u8, acknowledged);
        json.WriteOptional("acknowledgedBy"u8, AcknowledgedBy);
        json.WriteString("text"u8, Text);
        json.End(PublishedAt);
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not an alarm of this schema version, or a property is missing or of another
    /// type.</exception>
    public static AlarmMessage Parse(ReadOnlySpan<byte> utf8) =>
        WireReader.Parse(utf8, Schema, static message => new AlarmMessage
        {
            Station = message.Text("station"),
            Camera = message.TextOrNull("camera"),
            Kind = (AlarmKind)message.Word("kind", Kinds),
            Severity = (AlarmSeverity)message.Word("severity", Severities),
            Since = message.Time("since"),
            Cleared = message.TimeOrNull("cleared"),
            Acknowledged = message.TimeOrNull("acknowledged"),
            AcknowledgedBy = message.TextOrNull("acknowledgedBy"),
            Text = message.Text("text"),
            PublishedAt = message.Time("publishedAt"),
        });
}
