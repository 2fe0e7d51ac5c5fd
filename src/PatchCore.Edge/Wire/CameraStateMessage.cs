using System.Buffers;
using System.Text.Json;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Wire;

/// <summary>
/// How one camera is doing, by config/schema/camera-state.schema.json; published after every change, retained.
/// </summary>
public sealed record CameraStateMessage
{
    public const string Schema = "patchcore.camera-state/1";

    private static readonly string[] Words = ["starting", "streaming", "reconnecting", "ended", "failed"];

    public required string Station { get; init; }

    public required string Camera { get; init; }

    public required CameraStatus Status { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    public void WriteTo(IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer, WireFormat.WriterOptions);
        Write(json);
    }

    /// <summary>
    /// Writes the message; <paramref name="json"/> made with <see cref="WireFormat.WriterOptions"/>, and is flushed.
    /// </summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("schema"u8, Schema);
        json.WriteString("station"u8, Station);
        json.WriteString("camera"u8, Camera);
        json.WriteString("state"u8, Words[(int)Status.State]);
        json.WriteOptional("source"u8, Status.Source);
        json.WriteOptional("lastError"u8, Status.LastError);
        json.WriteNumber("captured"u8, Status.Captured);
        json.WriteNumber("dropped"u8, Status.Dropped);
        json.WriteNumber("failures"u8, Status.Failures);
        json.WriteNumber("reopened"u8, Status.Reopened);
        json.WriteTime("publishedAt"u8, PublishedAt);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a camera state of this schema version, or a property is missing or of
    /// another type.</exception>
    public static CameraStateMessage Parse(ReadOnlySpan<byte> utf8) =>
        WireReader.Parse(utf8, Schema, static message => new CameraStateMessage
        {
            Station = message.Text("station"),
            Camera = message.Text("camera"),
            Status = new CameraStatus(
                (CameraState)message.Word("state", Words), message.TextOrNull("source"),
                message.TextOrNull("lastError"), message.Integer("captured"), message.Integer("dropped"), message.Integer("failures"),
                message.Integer("reopened")),
            PublishedAt = message.Time("publishedAt"),
        });
}
