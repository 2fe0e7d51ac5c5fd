using System.Text.Json;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>
/// The verdict on one part as the line hears it, by config/schema/result.schema.json. What is written is fail safe
/// whatever the properties hold: a PASS or FAIL without a finite score and threshold, or a PASS above the threshold,
/// goes out as ERROR.
/// </summary>
public readonly record struct ResultMessage : IWireMessage
{
    public const string Schema = "patchcore.result/1";

    private const string NoReason = "no reason given";

    public required ResultId Id { get; init; }

    public required string Station { get; init; }

    public required string Camera { get; init; }

    /// <summary>
    /// Counts the camera's frames from 1, dropped ones included: a gap says that frames were dropped or not asked for.
    /// 0: no frame came for the part.
    /// </summary>
    public required long FrameId { get; init; }

    public string? PartId { get; init; }

    /// <summary>The kind of part, when its trigger named one.</summary>
    public string? PartType { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>The image score.</summary>
    public float? Score { get; init; }

    /// <summary>The largest of the patches' distances to the memory bank.</summary>
    public float? MaxDistance { get; init; }

    /// <summary>Scores above it are FAIL.</summary>
    public float? Threshold { get; init; }

    /// <summary>The score on a scale on which the threshold is 0.5; null where either is not a finite
    /// number.</summary>
    public float? NormalizedScore => Verdicts.NormalizedScore.Of(Score, Threshold);

    /// <summary>Where on the frame the defects are; null where it was not looked for.</summary>
    public DefectRegions? Defects { get; init; }

    /// <summary>Name of the recipe that was in force.</summary>
    public string? RecipeName { get; init; }

    /// <summary>Id of the model bundle; null when none was loaded.</summary>
    public string? Bundle { get; init; }

    public required DateTimeOffset CapturedAt { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    public LatencyMs Latency { get; init; }

    /// <summary>Why the verdict is ERROR.</summary>
    public string? Reason { get; init; }

    /// <summary>"good" or the defect class, where the source knows: simulated lines and labelled folders.</summary>
    public string? Truth { get; init; }

    /// <summary>The topic that this result's heatmap goes to; null when there is none.</summary>
    public string? HeatmapTopic { get; init; }

    /// <summary>The topics that this result's picture and map go to; null when they do not.</summary>
    public LayerTopics? Layers { get; init; }

    /// <summary>The verdict that goes out: ERROR where the one that was given cannot be.</summary>
    public Verdict PublishedVerdict => Contradiction() is null ? Verdict : Verdict.Error;

    /// <summary>Whether it comes late, after an outage: a verdict on a part that is long gone.</summary>
    public bool Historical { get; init; }

    private static ReadOnlySpan<byte> HistoricalEnd => ",\"historical\":true}"u8;

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var contradiction = Contradiction();
        var verdict = contradiction is null ? Verdict : Verdict.Error;
        Span<byte> id = stackalloc byte[ResultId.Length];
        Id.Format(id);

        json.WriteStartObject();
        json.WriteString("schema"u8, Schema);
        json.WriteString("id"u8, id);
        json.WriteString("station"u8, Station);
        json.WriteString("camera"u8, Camera);
        json.WriteNumber("frameId"u8, FrameId);
        json.WriteOptional("partId"u8, PartId);
        json.WriteOptional("partType"u8, PartType);
        json.WriteString("verdict"u8, VerdictText.Of(verdict));
        if (verdict is not (Verdict.Pass or Verdict.Fail))
            json.WriteString("reason"u8, contradiction ?? (string.IsNullOrWhiteSpace(Reason) ? NoReason : Reason));
        json.WriteFinite("score"u8, Score);
        json.WriteFinite("maxDistance"u8, MaxDistance);
        json.WriteFinite("threshold"u8, Threshold);
        json.WriteFinite("normalizedScore"u8, NormalizedScore);
        if (Defects is { } defects)
        {
            json.WritePropertyName("defects"u8);
            json.Write(defects);
        }

        json.WriteOptional("recipe"u8, RecipeName);
        json.WriteOptional("bundle"u8, Bundle);
        json.WriteTime("capturedAt"u8, CapturedAt);
        json.WriteTime("publishedAt"u8, PublishedAt);
        json.WriteStartObject("latencyMs"u8);
        json.WriteMilliseconds("capture"u8, Latency.Capture);
        json.WriteMilliseconds("queue"u8, Latency.Queue);
        json.WriteMilliseconds("convert"u8, Latency.Convert);
        json.WriteMilliseconds("embed"u8, Latency.Embed);
        json.WriteMilliseconds("search"u8, Latency.Search);
        json.WriteMilliseconds("score"u8, Latency.Score);
        json.WriteMilliseconds("total"u8, Latency.Total);
        json.WriteEndObject();
        json.WriteOptional("truth"u8, Truth);
        if (HeatmapTopic is not null)
        {
            json.WriteStartObject("heatmap"u8);
            json.WriteString("topic"u8, HeatmapTopic);
            json.WriteEndObject();
        }

        if (Layers is { } layers)
        {
            json.WriteStartObject("layers"u8);
            json.WriteString("picture"u8, layers.Picture);
            json.WriteString("map"u8, layers.Map);
            json.WriteEndObject();
        }

        if (Historical)
            json.WriteBoolean("historical"u8, true);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>
    /// Marks a message that was written and not marked as <see cref="Historical"/>; returns the bytes that
    /// <paramref name="marked"/> holds then, 0 when the message is no JSON object. It needs 32 bytes more.
    /// </summary>
    public static int MarkHistorical(ReadOnlySpan<byte> message, Span<byte> marked)
    {
        if (message is not [(byte)'{', .., (byte)'}'])
            return 0;
        message[..^1].CopyTo(marked);
        HistoricalEnd.CopyTo(marked[(message.Length - 1)..]);
        return message.Length - 1 + HistoricalEnd.Length;
    }

    /// <summary>What a subscriber received.</summary>
    /// <exception cref="WireException">Not a result of this schema version, or a property is missing or of another
    /// type.</exception>
    public static ResultMessage Parse(ReadOnlySpan<byte> utf8) => WireReader.Parse(utf8, Schema, static message =>
    {
        if (!message.TryObject("latencyMs", out var latency))
            throw message.Unexpected("latencyMs", "missing", "an object");
        return new ResultMessage
        {
            Id = ResultId.Parse(message.Text("id")),
            Station = message.Text("station"),
            Camera = message.Text("camera"),
            FrameId = message.Integer("frameId"),
            PartId = message.TextOrNull("partId"),
            PartType = message.TextOrNull("partType"),
            Verdict = message.Verdict("verdict"),
            Score = message.Single("score"),
            MaxDistance = message.Single("maxDistance"),
            Threshold = message.Single("threshold"),
            Defects = message.TryObject("defects", out var defects) ? DefectRegionsJson.Read(defects) : null,
            RecipeName = message.TextOrNull("recipe"),
            Bundle = message.TextOrNull("bundle"),
            CapturedAt = message.Time("capturedAt"),
            PublishedAt = message.Time("publishedAt"),
            Latency = new LatencyMs(
                latency.Number("queue"), latency.Number("convert"), latency.Number("embed"),
                latency.Number("search"), latency.Number("score"), latency.Number("total"), latency.Number("capture")),
            Reason = message.TextOrNull("reason"),
            Truth = message.TextOrNull("truth"),
            HeatmapTopic = message.TryObject("heatmap", out var heatmap) ? heatmap.Text("topic") : null,
            Layers = message.TryObject("layers", out var layers)
                ? new LayerTopics(layers.Text("picture"), layers.Text("map"))
                : null,
            Historical = message.FlagOrFalse("historical"),
        };
    });

    /// <summary>Why the verdict cannot be what it says; null when it can.</summary>
    private string? Contradiction()
    {
        if (Verdict is not (Verdict.Pass or Verdict.Fail))
            return null;
        if (Score is not { } score || !float.IsFinite(score))
            return $"verdict {VerdictText.Of(Verdict)} without a finite score";
        if (Threshold is not { } threshold || !float.IsFinite(threshold))
            return $"verdict {VerdictText.Of(Verdict)} without a finite threshold";
        return Verdict == Verdict.Pass && score > threshold ? "verdict PASS with a score above the threshold" : null;
    }
}
