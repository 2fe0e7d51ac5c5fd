using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>One judged picture of a data set.</summary>
/// <param name="Path">Relative to the data set.</param>
/// <param name="Class">Its folder's name; <c>good</c> is the class without defects.</param>
/// <param name="Score">Image score; null where the picture could not be inspected.</param>
/// <param name="MaxDistance">Largest patch distance, before re-weighting.</param>
/// <param name="Reason">Why the verdict is ERROR.</param>
public sealed record EvaluatedImage(
    string Path, string Class, Verdict Verdict, float? Score, float? MaxDistance, string? Reason);

/// <summary>How well scores and maps tell defects from good, over some pictures.</summary>
/// <param name="ImageAuroc">Null where only one of good and defective is there.</param>
/// <param name="PixelAuroc">Over anomaly maps and masks at the size of the image tensor; null without masks.</param>
public sealed record EvaluationMetrics(
    int Good,
    int Defective,
    double? ImageAuroc,
    double? AveragePrecision,
    double? BestF1,
    double? BestF1Threshold,
    double? PixelAuroc);

/// <summary>Good and defective parts against verdicts, at the threshold of the bundle.</summary>
public sealed record VerdictCounts(
    int GoodPassed, int GoodFailed, int DefectivePassed, int DefectiveFailed, int Errors);

/// <summary>What an evaluation came to.</summary>
public sealed record EvaluationReport(
    string Dataset,
    string BundleId,
    string Provider,
    float Threshold,
    EvaluationMetrics Total,
    IReadOnlyDictionary<string, EvaluationMetrics> Classes,
    VerdictCounts Verdicts,
    int WithoutMask,
    double MedianMilliseconds,
    IReadOnlyList<EvaluatedImage> Images);
