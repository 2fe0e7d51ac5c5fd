using System.Text.Json;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>
/// Whether one camera's line still looks as it did at calibration, by config/schema/drift.schema.json; published when
/// its level changes and now and then, retained.
/// </summary>
public sealed record DriftMessage : IWireMessage
{
    public const string Schema = "patchcore.drift/1";

    private static readonly string[] Levels = ["ok", "drifting", "alarm"];
    private static readonly string[] Origins = ["learning", "learned", "calibration"];
    private static readonly string[] Causes = ["scores", "rejects", "brightness", "sharpness"];

    public required string Station { get; init; }

    public required string Camera { get; init; }

    public required DriftReading Reading { get; init; }

    /// <summary>Since when the level is what it is.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Id of the model bundle.</summary>
    public required string Bundle { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>The words for what has changed, as the message has them.</summary>
    public static IEnumerable<string> WordsOf(DriftCauses causes) =>
        Causes.Where((_, bit) => causes.HasFlag((DriftCauses)(1 << bit)));

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.Begin(Schema, Station, Camera);
        json.WriteString("level"u8, Levels[(int)Reading.Level]);
        json.WriteStartArray("causes"u8);
        foreach (var cause in WordsOf(Reading.Causes))
            json.WriteStringValue(cause);
        json.WriteEndArray();
        json.WriteTime("since"u8, Since);
        json.WriteString("bundle"u8, Bundle);
        json.WriteNumber("observed"u8, Reading.Observed);
        json.WriteRounded("failShare"u8, Reading.FailShare);
        Write(json, Reading.Scores);
        Write(json, "brightness"u8, Reading.Brightness);
        Write(json, "sharpness"u8, Reading.Sharpness);
        json.End(PublishedAt);
    }

    /// <summary>What a subscriber received; numbers as they were rounded.</summary>
    /// <exception cref="WireException">Not a drift message of this schema version, or a property is missing or of
    /// another type.</exception>
    public static DriftMessage Parse(ReadOnlySpan<byte> utf8) =>
        WireReader.Parse(utf8, Schema, static message => new DriftMessage
        {
            Station = message.Text("station"),
            Camera = message.Text("camera"),
            Reading = new DriftReading(
                (DriftLevel)message.Word("level", Levels), ParseCauses(message), message.Integer("observed"),
                message.Number("failShare") ?? 0, ParseScores(message), ParsePicture(message, "brightness"),
                ParsePicture(message, "sharpness")),
            Since = message.Time("since"),
            Bundle = message.Text("bundle"),
            PublishedAt = message.Time("publishedAt"),
        });

    private static void Write(Utf8JsonWriter json, in ScoreDrift scores)
    {
        json.WriteStartObject("scores"u8);
        json.WriteString("baseline"u8, Origins[(int)scores.Origin]);
        json.WriteNumber("baselineFrames"u8, scores.BaselineFrames);
        json.WriteNumber("frames"u8, scores.Frames);
        json.WriteRounded("psi"u8, scores.Psi);
        json.WriteRounded("ks"u8, scores.Ks);
        json.WriteRounded("ksCritical"u8, scores.KsCritical);
        json.WriteRounded("median"u8, scores.Median);
        json.WriteRounded("baselineMedian"u8, scores.BaselineMedian);
        json.WriteRounded("medianShift"u8, scores.MedianShift);
        json.WriteRounded("rejects"u8, scores.Rejects);
        json.WriteRounded("baselineRejects"u8, scores.BaselineRejects);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, in PictureDrift picture)
    {
        json.WriteStartObject(name);
        json.WriteString("baseline"u8, Origins[(int)picture.Origin]);
        json.WriteRounded("mean"u8, picture.Mean);
        json.WriteRounded("baselineMean"u8, picture.Baseline);
        json.WriteRounded("change"u8, picture.Change);
        json.WriteEndObject();
    }

    private static DriftCauses ParseCauses(WireReader message)
    {
        var causes = DriftCauses.None;
        foreach (var word in message.Texts("causes"))
        {
            // A later version may know more of them.
            if (Array.IndexOf(Causes, word) is >= 0 and var bit)
                causes |= (DriftCauses)(1 << bit);
        }

        return causes;
    }

    private static ScoreDrift ParseScores(WireReader message)
    {
        if (!message.TryObject("scores", out var scores))
            throw message.Unexpected("scores", "missing", "an object");
        return new ScoreDrift(
            (DriftOrigin)scores.Word("baseline", Origins), (int)scores.Integer("baselineFrames"),
            (int)scores.Integer("frames"), scores.Number("psi") ?? 0, scores.Number("ks") ?? 0,
            scores.Number("ksCritical") ?? 0, scores.Number("median") ?? 0, scores.Number("baselineMedian") ?? 0,
            scores.Number("medianShift") ?? 0, scores.Number("rejects") ?? 0, scores.Number("baselineRejects") ?? 0);
    }

    private static PictureDrift ParsePicture(WireReader message, string name)
    {
        if (!message.TryObject(name, out var picture))
            throw message.Unexpected(name, "missing", "an object");
        return new PictureDrift(
            (DriftOrigin)picture.Word("baseline", Origins), picture.Number("mean") ?? 0,
            picture.Number("baselineMean") ?? 0, picture.Number("change") ?? 0);
    }
}
