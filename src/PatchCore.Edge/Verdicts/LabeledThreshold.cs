namespace PatchCore.Edge.Verdicts;

/// <summary>
/// Thresholds from frames of which the truth is known. Each lies halfway between the scores that it parts.
/// </summary>
public static class LabeledThreshold
{
    /// <summary>The highest F1; of several that reach it the lowest, which finds the most.</summary>
    /// <exception cref="ArgumentException">No good or no defective frames, or a score that is not finite.</exception>
    public static float BestF1(IReadOnlyList<float> good, IReadOnlyList<float> defective)
    {
        Check(good, defective);
        var best = RankingMetrics.BestF1(
            [.. good, .. defective],
            [.. Enumerable.Repeat(false, good.Count), .. Enumerable.Repeat(true, defective.Count)]);
        return Below((float)best.Threshold, [.. good, .. defective]);
    }

    /// <summary>The highest threshold below all defective frames, whatever good ones it rejects.</summary>
    /// <exception cref="ArgumentException">As for <see cref="BestF1"/>.</exception>
    public static float FullRecall(IReadOnlyList<float> good, IReadOnlyList<float> defective)
    {
        Check(good, defective);
        return Below(defective.Min(), good);
    }

    /// <summary>
    /// Halfway between a score that has to fail and the next below it; the float before it where there is none, as
    /// scores at the threshold pass.
    /// </summary>
    private static float Below(float fails, IReadOnlyList<float> scores)
    {
        var just = MathF.BitDecrement(fails);
        var below = scores.Where(score => score < fails).DefaultIfEmpty(just).Max();
        return Math.Min(just, (float)((below + (double)fails) / 2));
    }

    private static void Check(IReadOnlyList<float> good, IReadOnlyList<float> defective)
    {
        if (good.Count == 0 || defective.Count == 0)
        {
            throw new ArgumentException(
                $"{good.Count} good and {defective.Count} defective frames, expected at least one of each");
        }

        if (!good.Concat(defective).All(float.IsFinite))
            throw new ArgumentException("a score is not finite, expected finite numbers");
    }
}
