using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>The picture that a command asked for, in its reply.</summary>
/// <param name="Topic">Where the JPEG goes, with the command's correlation data.</param>
/// <param name="FrameId">The frame that it shows.</param>
/// <param name="CapturedAt">When that was captured.</param>
public sealed record SnapshotNote(string Topic, long FrameId, DateTimeOffset CapturedAt)
{
    internal static SnapshotNote Read(WireReader snapshot) => new(
        snapshot.Text("topic"), snapshot.Integer("frameId"), snapshot.Time("capturedAt"));

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("snapshot"u8);
        json.WriteString("topic"u8, Topic);
        json.WriteNumber("frameId"u8, FrameId);
        json.WriteTime("capturedAt"u8, CapturedAt);
        json.WriteEndObject();
    }
}
