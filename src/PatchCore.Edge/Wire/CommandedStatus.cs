using System.Text.Json;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Wire;

/// <summary>How a camera is doing, in the reply to a command that asks for it. Counts are since the start.</summary>
/// <param name="State">The camera's state.</param>
/// <param name="Paused">Whether nothing is inspected.</param>
/// <param name="Captured">Frames that the source delivered.</param>
/// <param name="Dropped">Frames that a newer one replaced.</param>
/// <param name="Skipped">Frames that nobody asked for, or that went by while it was paused.</param>
/// <param name="Failures">Frames without a picture, or with one that is refused.</param>
/// <param name="Passed">Verdicts PASS.</param>
/// <param name="Failed">Verdicts FAIL.</param>
/// <param name="Errors">Verdicts ERROR.</param>
public sealed record CommandedStatus(
    CameraState State, bool Paused, long Captured, long Dropped, long Skipped, long Failures, long Passed, long Failed,
    long Errors)
{
    internal static CommandedStatus Read(WireReader status)
    {
        if (!status.TryObject("verdicts", out var verdicts))
            throw status.Unexpected("verdicts", "missing", "an object");
        return new CommandedStatus(
            (CameraState)status.Word("state", CameraStateMessage.Words), status.Flag("paused"),
            status.Integer("captured"), status.Integer("dropped"), status.Integer("skipped"),
            status.Integer("failures"), verdicts.Integer("pass"), verdicts.Integer("fail"), verdicts.Integer("error"));
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("status"u8);
        json.WriteString("state"u8, CameraStateMessage.Words[(int)State]);
        json.WriteBoolean("paused"u8, Paused);
        json.WriteNumber("captured"u8, Captured);
        json.WriteNumber("dropped"u8, Dropped);
        json.WriteNumber("skipped"u8, Skipped);
        json.WriteNumber("failures"u8, Failures);
        json.WriteStartObject("verdicts"u8);
        json.WriteNumber("pass"u8, Passed);
        json.WriteNumber("fail"u8, Failed);
        json.WriteNumber("error"u8, Errors);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
