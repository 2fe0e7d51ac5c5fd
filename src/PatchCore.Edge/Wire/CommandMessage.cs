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
}

/// <summary>A command to one camera, by config/schema/command.schema.json.</summary>
public sealed record CommandMessage
{
    public const string Schema = "patchcore.command/1";

    private static readonly string[] Words = ["trigger", "recipe", "rollback"];

    public required CommandKind Command { get; init; }

    /// <summary>Trigger: comes back in the result.</summary>
    public string? PartId { get; init; }

    /// <summary>Trigger: names the part's recipe; null: the one in force.</summary>
    public string? PartType { get; init; }

    /// <summary>Use recipe: its name.</summary>
    public string? RecipeName { get; init; }

    public static string WordOf(CommandKind command) => Words[(int)command];

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a command of this schema version, or a property is missing or of another
    /// type.</exception>
    public static CommandMessage Parse(ReadOnlySpan<byte> utf8) => WireReader.Parse(utf8, Schema, static message =>
    {
        var word = message.Text("command");
        var command = Array.IndexOf(Words, word);
        if (command < 0)
            throw message.Unexpected("command", $"'{word}'", string.Join(", ", Words));
        return new CommandMessage
        {
            Command = (CommandKind)command,
            PartId = message.TextOrNull("partId"),
            PartType = message.TextOrNull("partType"),
            RecipeName = command == (int)CommandKind.UseRecipe ? message.Text("recipe") : null,
        };
    });

    /// <summary>
    /// Writes the message; <paramref name="json"/> made with <see cref="WireFormat.WriterOptions"/>, and is flushed.
    /// </summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("schema"u8, Schema);
        json.WriteString("command"u8, WordOf(Command));
        json.WriteOptional("partId"u8, PartId);
        json.WriteOptional("partType"u8, PartType);
        json.WriteOptional("recipe"u8, RecipeName);
        json.WriteEndObject();
        json.Flush();
    }
}
