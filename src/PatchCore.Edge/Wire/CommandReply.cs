using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>What became of a command, by config/schema/reply.schema.json.</summary>
public sealed record CommandReply : IWireMessage
{
    public const string Schema = "patchcore.reply/1";

    public required string Station { get; init; }

    public required string Camera { get; init; }

    /// <summary>The command's word; null when it could not be read.</summary>
    public string? Command { get; init; }

    /// <summary>Whether it was done, or for a trigger, whether a result follows.</summary>
    public required bool Accepted { get; init; }

    /// <summary>Why it was not; then nothing has changed.</summary>
    public string? Reason { get; init; }

    /// <summary>Trigger: the part's name, as it was given.</summary>
    public string? PartId { get; init; }

    /// <summary>Trigger, with a handshake: its number. Acknowledge result: as it was given.</summary>
    public int? Number { get; init; }

    /// <summary>Status: how the camera is doing.</summary>
    public CommandedStatus? Status { get; init; }

    /// <summary>Snapshot: where the picture goes.</summary>
    public SnapshotNote? Snapshot { get; init; }

    /// <summary>Confirm: the result that it was about.</summary>
    public ResultId? Id { get; init; }

    /// <summary>Confirm: parts of its recipe that wait to be learned.</summary>
    public int? Confirmed { get; init; }

    /// <summary>Add to bank: how far it is; the command gets one reply when it begins and one when it ends.</summary>
    public BankLearning? Learning { get; init; }

    /// <summary>Name of the recipe in force.</summary>
    public required string RecipeName { get; init; }

    /// <summary>Id of its bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>Scores above it are FAIL; null from a station that does not tell yet.</summary>
    public float? Threshold { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.Begin(Schema, Station, Camera);
        json.WriteOptional("command"u8, Command);
        json.WriteBoolean("accepted"u8, Accepted);
        json.WriteOptional("reason"u8, Reason);
        json.WriteOptional("partId"u8, PartId);
        if (Number is { } number)
            json.WriteNumber("number"u8, number);
        if (Status is { } status)
            status.Write(json);
        if (Snapshot is { } snapshot)
            snapshot.Write(json);
        json.WriteOptional("id"u8, Id?.ToString());
        if (Confirmed is { } confirmed)
            json.WriteNumber("confirmed"u8, confirmed);
        Learning?.Write(json);
        json.WriteString("recipe"u8, RecipeName);
        json.WriteString("bundle"u8, Bundle);
        json.WriteFinite("threshold"u8, Threshold);
        json.End(PublishedAt);
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a reply of this schema version, or a property is missing or of another
    /// type.</exception>
    public static CommandReply Parse(ReadOnlySpan<byte> utf8) => WireReader.Parse(utf8, Schema, static message =>
        new CommandReply
        {
            Station = message.Text("station"),
            Camera = message.Text("camera"),
            Command = message.TextOrNull("command"),
            Accepted = message.Flag("accepted"),
            Reason = message.TextOrNull("reason"),
            PartId = message.TextOrNull("partId"),
            Number = message.CountOrNull("number"),
            Status = message.TryObject("status", out var status) ? CommandedStatus.Read(status) : null,
            Snapshot = message.TryObject("snapshot", out var snapshot) ? SnapshotNote.Read(snapshot) : null,
            Id = message.TextOrNull("id") is { } id ? ResultId.Parse(id) : null,
            Confirmed = (int?)message.IntegerOrNull("confirmed"),
            Learning = message.TryObject("learning", out var learning) ? BankLearning.Read(learning) : null,
            RecipeName = message.Text("recipe"),
            Bundle = message.Text("bundle"),
            Threshold = message.Single("threshold"),
            PublishedAt = message.Time("publishedAt"),
        });
}
