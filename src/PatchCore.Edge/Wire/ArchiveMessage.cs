using System.Globalization;
using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>Whether pictures can be kept.</summary>
public enum ArchiveState
{
    Ok,

    /// <summary>The disk is full, and nothing of the archive's own is left to remove.</summary>
    Full,

    /// <summary>The disk is read-only, gone, or not ours to write to.</summary>
    Failing,
}

/// <summary>Frames that were to be kept and were not, by their verdict.</summary>
public readonly record struct SkippedFrames(long Pass, long Fail, long Error);

/// <summary>
/// How the picture archive of a station is doing, by config/schema/archive.schema.json; published when its state
/// changes and now and then, retained.
/// </summary>
public sealed record ArchiveMessage : IWireMessage
{
    public const string Schema = "patchcore.archive/1";

    internal static readonly string[] States = ["ok", "full", "failing"];

    public required string Station { get; init; }

    public required ArchiveState State { get; init; }

    /// <summary>Why it is not ok.</summary>
    public string? Reason { get; init; }

    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>Frames that are kept, each with its files.</summary>
    public required long Frames { get; init; }

    /// <summary>Of all their files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Whether everything that was there at the start has been counted.</summary>
    public required bool Counted { get; init; }

    /// <summary>Day of the oldest frame, UTC; null where there is none.</summary>
    public DateOnly? Oldest { get; init; }

    /// <summary>Frames that were kept since the start.</summary>
    public required long Written { get; init; }

    /// <summary>Frames that made room for newer ones since the start.</summary>
    public required long Removed { get; init; }

    /// <summary>Frames that were to be kept and were not, since the start.</summary>
    public required SkippedFrames Skipped { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.Begin(Schema, Station);
        json.WriteString("state"u8, States[(int)State]);
        json.WriteOptional("reason"u8, Reason);
        json.WriteString("path"u8, Path);
        json.WriteNumber("frames"u8, Frames);
        json.WriteNumber("bytes"u8, Bytes);
        json.WriteBoolean("counted"u8, Counted);
        if (Oldest is { } oldest)
            json.WriteString("oldest"u8, oldest.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteNumber("written"u8, Written);
        json.WriteNumber("removed"u8, Removed);
        json.WriteStartObject("skipped"u8);
        json.WriteNumber("pass"u8, Skipped.Pass);
        json.WriteNumber("fail"u8, Skipped.Fail);
        json.WriteNumber("error"u8, Skipped.Error);
        json.WriteEndObject();
        json.End(PublishedAt);
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not an archive message of this schema version, or a property is missing or of
    /// another type.</exception>
    public static ArchiveMessage Parse(ReadOnlySpan<byte> utf8) =>
        WireReader.Parse(utf8, Schema, static message =>
        {
            if (!message.TryObject("skipped", out var skipped))
                throw message.Unexpected("skipped", "missing", "an object");
            return new ArchiveMessage
            {
                Station = message.Text("station"),
                State = (ArchiveState)message.Word("state", States),
                Reason = message.TextOrNull("reason"),
                Path = message.Text("path"),
                Frames = message.Integer("frames"),
                Bytes = message.Integer("bytes"),
                Counted = message.Flag("counted"),
                Oldest = message.DayOrNull("oldest"),
                Written = message.Integer("written"),
                Removed = message.Integer("removed"),
                Skipped = new(skipped.Integer("pass"), skipped.Integer("fail"), skipped.Integer("error")),
                PublishedAt = message.Time("publishedAt"),
            };
        });
}
