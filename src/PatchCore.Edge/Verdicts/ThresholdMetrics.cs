namespace PatchCore.Edge.Verdicts;

/// <summary>What a threshold does to parts of which the truth is known.</summary>
/// <param name="Precision">Defective ones among those that failed; null when none failed.</param>
/// <param name="Recall">Failed ones among the defective; null when none is defective.</param>
/// <param name="F1">Their harmonic mean; null when nothing is defective and nothing failed.</param>
/// <param name="FalseRejectRate">Failed ones among the good; null when none is good.</param>
/// <param name="FalseRejectRateLow">Where the share behind it begins, with 95 % confidence.</param>
/// <param name="FalseRejectRateHigh">Where that share ends.</param>
public sealed record ThresholdMetrics(
    double? Precision,
    double? Recall,
    double? F1,
    double? FalseRejectRate,
    double? FalseRejectRateLow,
    double? FalseRejectRateHigh)
{
    /// <param name="goodPassed">Good parts that passed.</param>
    /// <param name="goodFailed">False alarms.</param>
    /// <param name="defectivePassed">Misses.</param>
    /// <param name="defectiveFailed">Defects found.</param>
    public static ThresholdMetrics Of(int goodPassed, int goodFailed, int defectivePassed, int defectiveFailed)
    {
        var (good, defective) = (goodPassed + goodFailed, defectivePassed + defectiveFailed);
        var interval = good > 0 ? ProportionInterval.Of(goodFailed, good) : (ProportionInterval?)null;
        return new ThresholdMetrics(
            Share(defectiveFailed, goodFailed + defectiveFailed),
            Share(defectiveFailed, defective),
            Share(2 * defectiveFailed, defectiveFailed + goodFailed + defective),
            Share(goodFailed, good),
            interval?.Low,
            interval?.High);
    }

    private static double? Share(int count, int among) => among > 0 ? count / (double)among : null;
}
