using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What an evaluation came to; <c>Verdicts/README.md</c> explains every number.</summary>
public sealed record EvaluationReport
{
    public required string Dataset { get; init; }

    /// <summary>What was evaluated, by its bundle.</summary>
    public required EvaluatedModel Model { get; init; }

    public required string BundleId { get; init; }

    public required string Provider { get; init; }

    /// <summary>Scores above it are FAIL.</summary>
    public required float Threshold { get; init; }

    public required EvaluationMetrics Total { get; init; }

    /// <summary>Each class of defects against all that is good.</summary>
    public required IReadOnlyDictionary<string, EvaluationMetrics> Classes { get; init; }

    public required VerdictCounts Verdicts { get; init; }

    /// <summary>Defective pictures that have no mask.</summary>
    public required int WithoutMask { get; init; }

    /// <summary>Frame in memory → verdict; 0 where nothing was inspected.</summary>
    public required double MedianMilliseconds { get; init; }

    /// <summary>Null where nothing was inspected.</summary>
    public required EvaluationLatency? Latency { get; init; }

    /// <summary>The highest threshold first; empty where only one of good and defective is there.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>What is odd about the data set, and which numbers are missing for it; a sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<EvaluatedImage> Images { get; init; }
}

/// <summary>What of a model decides about quality and speed.</summary>
public sealed record EvaluatedModel(
    string Name, string Backbone, IReadOnlyList<string> Layers, int Width, int Height, int Dimension, int BankCount);

/// <summary>One judged picture of a data set.</summary>
/// <param name="Path">Relative to the data set.</param>
/// <param name="Class">Its folder's name; <c>good</c> is the class without defects.</param>
/// <param name="Score">Image score; null where the picture could not be inspected.</param>
/// <param name="MaxDistance">Largest patch distance, before re-weighting.</param>
/// <param name="Milliseconds">Frame in memory → verdict; null where the picture could not be inspected.</param>
/// <param name="Reason">Why the verdict is ERROR.</param>
public sealed record EvaluatedImage(
    string Path, string Class, Verdict Verdict, float? Score, float? MaxDistance, double? Milliseconds,
    string? Reason)
{
    /// <summary>The score on a scale on which the threshold is 0.5.</summary>
    public float? NormalizedScore { get; init; }
}

/// <summary>How well scores and maps tell defects from good, over some pictures that could be inspected.</summary>
/// <param name="ImageAuroc">As the next three, null where only one of good and defective is there.</param>
/// <param name="PixelAuroc">Over anomaly maps and masks at the size of the map; null without masks.</param>
/// <param name="PixelAurocError">How far at most it is from the exact one.</param>
/// <param name="Aupro">Area under the per-region overlap up to 30 % of the good pixels; null without masks.</param>
/// <param name="AuproError">How far at most it is from the exact one.</param>
/// <param name="Regions">Separate defects in the masks.</param>
/// <param name="Verdicts">What the threshold of the bundle came to.</param>
public sealed record EvaluationMetrics(
    int Good,
    int Defective,
    double? ImageAuroc,
    double? AveragePrecision,
    double? BestF1,
    double? BestF1Threshold,
    double? PixelAuroc,
    double? PixelAurocError,
    double? Aupro,
    double? AuproError,
    long Regions,
    VerdictCounts Verdicts,
    ThresholdMetrics AtThreshold);

/// <summary>Good and defective parts against verdicts, at the threshold of the bundle.</summary>
/// <param name="Errors">Pictures that were not inspected; they are in none of the other counts.</param>
public sealed record VerdictCounts(
    int GoodPassed, int GoodFailed, int DefectivePassed, int DefectiveFailed, int Errors);

/// <summary>One point of both the ROC and the precision-recall curve.</summary>
/// <param name="Threshold">A picture counts as defective at or above it.</param>
public readonly record struct CurvePoint(float Threshold, double Recall, double FalseRejectRate, double Precision);

/// <summary>Milliseconds a frame; each stage ranked for itself, so that stages do not add up to the total.</summary>
public sealed record EvaluationLatency(
    LatencyPercentiles Total,
    LatencyPercentiles Convert,
    LatencyPercentiles Embed,
    LatencyPercentiles Search,
    LatencyPercentiles Score);
