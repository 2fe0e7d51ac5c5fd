using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>What a camera is told to do.</summary>
public enum CommandKind
{
    /// <summary>Inspect the part that is in front of it now.</summary>
    Trigger,

    /// <summary>Inspect by another recipe.</summary>
    UseRecipe,

    /// <summary>Inspect by what was in force before the last change of recipe.</summary>
    Rollback,

    /// <summary>Set the threshold of the recipe in force, until the recipe changes.</summary>
    Threshold,

    /// <summary>Inspect nothing until told to resume.</summary>
    Pause,

    /// <summary>Inspect again.</summary>
    Resume,

    /// <summary>Publish the next frame as a picture.</summary>
    Snapshot,

    /// <summary>Tell how the camera is doing, in the reply.</summary>
    Status,

    /// <summary>Say of an alarm that somebody has seen it.</summary>
    Acknowledge,

    /// <summary>Say of an inspected part that it is good, so that it may be learned from.</summary>
    Confirm,

    /// <summary>Add the parts that were confirmed last to the memory bank.</summary>
    AddToBank,

    /// <summary>Say that the controller has the result that is held for it.</summary>
    AcknowledgeResult,
}

/// <summary>A command to one camera, by config/schema/command.schema.json.</summary>
public sealed record CommandMessage : IWireMessage
{
    public const string Schema = "patchcore.command/1";

    private static readonly string[] Words =
    [
        "trigger", "recipe", "rollback", "threshold", "pause", "resume", "snapshot", "status", "acknowledge",
        "confirm", "bank/add", "acknowledgeResult",
    ];

    public required CommandKind Command { get; init; }

    /// <summary>When it was sent; one that took too long is refused. Null: it is never too old.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>
    /// Trigger: comes back in the result. Confirm: whose last result is meant, if no id says so. Acknowledge result: of
    /// which part.
    /// </summary>
    public string? PartId { get; init; }

    /// <summary>Trigger: names the part's recipe; null: the one in force.</summary>
    public string? PartType { get; init; }

    /// <summary>Trigger, with a handshake: the number that the controller counts it as. Acknowledge result: of which
    /// trigger.</summary>
    public int? Number { get; init; }

    /// <summary>Use recipe: its name. Add to bank: of which one; null: of that in force.</summary>
    public string? RecipeName { get; init; }

    /// <summary>Threshold: scores above it are FAIL; above 0, finite.</summary>
    public float? Threshold { get; init; }

    /// <summary>Acknowledge: which alarm.</summary>
    public AlarmKind? Alarm { get; init; }

    /// <summary>Acknowledge: who has seen it.</summary>
    public string? By { get; init; }

    /// <summary>Confirm: the result of the part.</summary>
    public ResultId? Id { get; init; }

    /// <summary>Confirm: false takes it back.</summary>
    public bool? Good { get; init; }

    /// <summary>Add to bank: how many, 1 or more; null: all that are confirmed.</summary>
    public int? Last { get; init; }

    public static string WordOf(CommandKind command) => Words[(int)command];

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a command of this schema version, or a property is missing, of another type
    /// or out of range.</exception>
    public static CommandMessage Parse(ReadOnlySpan<byte> utf8) => WireReader.Parse(utf8, Schema, static message =>
    {
        var command = (CommandKind)message.Word("command", Words);
        var number = message.CountOrNull("number");
        if (command == CommandKind.AcknowledgeResult && (number ?? (object?)message.TextOrNull("partId")) is null)
            throw message.Unexpected("number", "missing", "a number, or partId");
        var confirm = command == CommandKind.Confirm;
        var parsed = new CommandMessage
        {
            Command = command,
            SentAt = message.TimeOrNull("sentAt"),
            PartId = message.TextOrNull("partId"),
            PartType = message.TextOrNull("partType"),
            Number = number,
            RecipeName = command switch
            {
                CommandKind.UseRecipe => message.Text("recipe"),
                CommandKind.AddToBank => message.TextOrNull("recipe"),
                _ => null,
            },
            Threshold = command == CommandKind.Threshold ? ParseThreshold(message) : null,
            Alarm = command == CommandKind.Acknowledge
                ? (AlarmKind)message.Word("alarm", AlarmMessage.Kinds)
                : null,
            By = message.TextOrNull("by"),
            Id = confirm && message.TextOrNull("id") is { } id ? ResultId.Parse(id) : null,
            Good = confirm ? message.FlagOrNull("good") : null,
            Last = command == CommandKind.AddToBank ? ParseLast(message) : null,
        };
        return !confirm || parsed.Id is not null || parsed.PartId is not null ? parsed
            : throw message.Unexpected("id", "missing", "the id of a result, or partId");
    });

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("schema"u8, Schema);
        json.WriteString("command"u8, WordOf(Command));
        if (SentAt is { } sent)
            json.WriteTime("sentAt"u8, sent);
        json.WriteOptional("partId"u8, PartId);
        json.WriteOptional("partType"u8, PartType);
        if (Number is { } number)
            json.WriteNumber("number"u8, number);
        json.WriteOptional("recipe"u8, RecipeName);
        json.WriteFinite("threshold"u8, Threshold);
        json.WriteOptional("alarm"u8, Alarm is { } alarm ? AlarmMessage.Kinds[(int)alarm] : null);
        json.WriteOptional("by"u8, By);
        json.WriteOptional("id"u8, Id?.ToString());
        if (Good is { } good)
            json.WriteBoolean("good"u8, good);
        if (Last is { } last)
            json.WriteNumber("last"u8, last);
        json.WriteEndObject();
        json.Flush();
    }

    private static int? ParseLast(WireReader message)
    {
        var last = message.IntegerOrNull("last");
        return last is null or (>= 1 and <= int.MaxValue) ? (int?)last
            : throw message.Unexpected("last", FormattableString.Invariant($"{last}"), "1 or more");
    }

    private static float ParseThreshold(WireReader message)
    {
        var number = message.Number("threshold") ?? throw message.Unexpected("threshold", "missing", "a number");
        var threshold = (float)number;
        return threshold > 0 && float.IsFinite(threshold) ? threshold
            : throw message.Unexpected("threshold", FormattableString.Invariant($"{number}"), "a score above 0");
    }
}
