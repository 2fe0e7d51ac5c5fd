using System.Text.Json;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>
/// Where a controller and a camera are with each other, by config/schema/handshake.schema.json; published after every
/// change and with every heartbeat, retained.
/// </summary>
public sealed record HandshakeMessage : IWireMessage
{
    public const string Schema = "patchcore.handshake/1";

    private static readonly string[] States = ["offline", "notReady", "ready", "busy", "resultValid"];
    private static readonly string[] Outcomes = ["none", "acknowledged", "timedOut"];

    public required string Station { get; init; }

    public required string Camera { get; init; }

    public required HandshakeSnapshot Handshake { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var now = Handshake;
        json.Begin(Schema, Station, Camera);
        json.WriteString("state"u8, States[(int)now.State]);
        json.WriteBoolean("ready"u8, now.IsReady);
        json.WriteBoolean("busy"u8, now.IsBusy);
        json.WriteBoolean("resultValid"u8, now.IsResultValid);
        json.WriteBoolean("resultOk"u8, now.IsResultOk);
        json.WriteNumber("run"u8, now.Run);
        json.WriteNumber("heartbeat"u8, now.Heartbeat);
        json.WriteNumber("trigger"u8, now.Trigger);
        json.WriteNumber("result"u8, now.Result);
        json.WriteOptional("partId"u8, now.PartId);
        json.WriteOptional("verdict"u8, now.Verdict is { } verdict ? VerdictText.Of(verdict) : null);
        json.WriteOptional("resultId"u8, now.ResultId?.ToString());
        json.WriteString("outcome"u8, Outcomes[(int)now.Outcome]);
        json.WriteOptional("reason"u8, now.Reason);
        json.WriteNumber("missed"u8, now.Missed);
        json.WriteNumber("timedOut"u8, now.TimedOut);
        json.WriteNumber("wrongAcknowledgements"u8, now.WrongAcknowledgements);
        json.WriteNumber("lateAcknowledgements"u8, now.LateAcknowledgements);
        json.End(PublishedAt);
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a handshake of this schema version, or a property is missing or of another
    /// type.</exception>
    public static HandshakeMessage Parse(ReadOnlySpan<byte> utf8) =>
        WireReader.Parse(utf8, Schema, static message => new HandshakeMessage
        {
            Station = message.Text("station"),
            Camera = message.Text("camera"),
            Handshake = new HandshakeSnapshot
            {
                State = (HandshakeState)message.Word("state", States),
                Run = message.Count("run"),
                Heartbeat = message.Count("heartbeat"),
                Trigger = message.Count("trigger"),
                Result = message.Count("result"),
                PartId = message.TextOrNull("partId"),
                Verdict = message.VerdictOrNull("verdict"),
                ResultId = message.TextOrNull("resultId") is { } id ? ResultId.Parse(id) : null,
                Outcome = (HandshakeOutcome)message.Word("outcome", Outcomes),
                Reason = message.TextOrNull("reason"),
                Missed = message.Count("missed"),
                TimedOut = message.Count("timedOut"),
                WrongAcknowledgements = message.Count("wrongAcknowledgements"),
                LateAcknowledgements = message.Count("lateAcknowledgements"),
            },
            PublishedAt = message.Time("publishedAt"),
        });
}
