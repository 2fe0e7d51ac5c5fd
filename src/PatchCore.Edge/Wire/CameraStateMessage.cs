using System.Text.Json;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Wire;

/// <summary>
/// How one camera is doing, by config/schema/camera-state.schema.json; published after every change, retained.
/// </summary>
public sealed record CameraStateMessage : IWireMessage
{
    public const string Schema = "patchcore.camera-state/1";

    internal static readonly string[] Words =
        ["starting", "streaming", "reconnecting", "stalled", "ended", "failed"];

    private static readonly string[] PictureWords = ["ok", "resized", "saturated", "frozen", "black"];

    private static readonly string[] FormatWords = ["gray8", "gray16", "bgr24", "bgr48"];

    private static readonly PixelFormat[] Formats =
        [PixelFormat.Gray8, PixelFormat.Gray16, PixelFormat.Bgr24, PixelFormat.Bgr48];

    public required string Station { get; init; }

    public required string Camera { get; init; }

    public required CameraStatus Status { get; init; }

    /// <summary>Whether its frames are let go by until a command says to resume.</summary>
    public bool Paused { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.Begin(Schema, Station, Camera);
        json.WriteString("state"u8, Words[(int)Status.State]);
        json.WriteBoolean("paused"u8, Paused);
        json.WriteOptional("source"u8, Status.Source);
        json.WriteOptional("lastError"u8, Status.LastError);
        if (Status.Picture is { } picture)
        {
            json.WriteStartObject("picture"u8);
            json.WriteString("state"u8, PictureWords[(int)picture.State]);
            json.WriteNumber("width"u8, picture.Width);
            json.WriteNumber("height"u8, picture.Height);
            json.WriteString("format"u8, FormatWords[Array.IndexOf(Formats, picture.Format)]);
            json.WriteEndObject();
        }

        if (Status.FramesPerSecond is { } rate)
            json.WriteNumber("framesPerSecond"u8, rate);
        json.WriteNumber("captured"u8, Status.Captured);
        json.WriteNumber("dropped"u8, Status.Dropped);
        json.WriteNumber("failures"u8, Status.Failures);
        json.WriteNumber("reopened"u8, Status.Reopened);
        json.WriteNumber("stalls"u8, Status.Stalls);
        json.WriteNumber("hung"u8, Status.Hung);
        json.End(PublishedAt);
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a camera state of this schema version, or a property is missing or of
    /// another type.</exception>
    public static CameraStateMessage Parse(ReadOnlySpan<byte> utf8) =>
        WireReader.Parse(utf8, Schema, static message => new CameraStateMessage
        {
            Station = message.Text("station"),
            Camera = message.Text("camera"),
            Status = new CameraStatus
            {
                State = (CameraState)message.Word("state", Words),
                Source = message.TextOrNull("source"),
                LastError = message.TextOrNull("lastError"),
                Picture = message.TryObject("picture", out var picture) ? ParsePicture(picture) : null,
                FramesPerSecond = message.Number("framesPerSecond"),
                Captured = message.Integer("captured"),
                Dropped = message.Integer("dropped"),
                Failures = message.Integer("failures"),
                Reopened = message.Integer("reopened"),
                Stalls = message.IntegerOrNull("stalls") ?? 0,
                Hung = message.IntegerOrNull("hung") ?? 0,
            },
            Paused = message.FlagOrNull("paused") ?? false,
            PublishedAt = message.Time("publishedAt"),
        });

    private static PictureStatus ParsePicture(WireReader picture) => new(
        (PictureState)picture.Word("state", PictureWords), (int)picture.Integer("width"),
        (int)picture.Integer("height"), Formats[picture.Word("format", FormatWords)]);
}
