namespace PatchCore.Edge.Verdicts;

/// <summary>
/// How well scores part the anomalous from the good, whatever the threshold. The conventions are scikit-learn's, so
/// that numbers compare with what is published. Scores may be of images or of pixels; tens of millions are fine (8
/// bytes of working memory a score). All throw <see cref="ArgumentException"/> on a NaN score or unequal lengths.
/// </summary>
public static class RankingMetrics
{
    /// <summary>
    /// Area under the ROC curve: the chance that an anomalous one scores higher than a good one, ties counting half
    /// (Mann-Whitney). NaN when either class is empty.
    /// </summary>
    public static double Auroc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> anomalous)
    {
        var ranked = RankedScores.Rank(scores, anomalous);
        if (ranked.Good.Length == 0 || ranked.Anomalous.Length == 0)
            return double.NaN;

        // Whole numbers, so the sum is exact: twice the count of good ones below, plus once those that tie.
        UInt128 doubled = 0;
        int below = 0, notAbove = 0;
        foreach (var key in ranked.Anomalous)
        {
            while (below < ranked.Good.Length && ranked.Good[below] < key)
                below++;
            while (notAbove < ranked.Good.Length && ranked.Good[notAbove] <= key)
                notAbove++;
            doubled += (ulong)((long)below + notAbove);
        }

        return (double)doubled / 2 / ((double)ranked.Good.Length * ranked.Anomalous.Length);
    }

    /// <summary>
    /// Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the distinct scores, highest first: the area under the precision-recall curve without
    /// interpolation. NaN when nothing is anomalous.
    /// </summary>
    public static double AveragePrecision(ReadOnlySpan<float> scores, ReadOnlySpan<bool> anomalous)
    {
        var sum = 0.0;
        var found = 0;
        var ranked = RankedScores.Rank(scores, anomalous);
        foreach (var step in new Descent(ranked))
        {
            sum += (double)(step.Found - found) * step.Found / (step.Found + step.FalseAlarms);
            found = step.Found;
        }

        return sum / ranked.Anomalous.Length;
    }

    /// <summary>
    /// The largest F1 over all thresholds, and the lowest threshold that reaches it. A score counts as anomalous when
    /// it is at or above this threshold, unlike a verdict, which fails above it. (NaN, NaN) when nothing is anomalous.
    /// </summary>
    public static (double F1, double Threshold) BestF1(ReadOnlySpan<float> scores, ReadOnlySpan<bool> anomalous)
    {
        var ranked = RankedScores.Rank(scores, anomalous);
        if (ranked.Anomalous.Length == 0)
            return (double.NaN, double.NaN);

        var best = (F1: double.NegativeInfinity, Threshold: double.NaN);
        foreach (var step in new Descent(ranked))
        {
            var f1 = 2.0 * step.Found / (step.Found + step.FalseAlarms + ranked.Anomalous.Length);
            if (f1 >= best.F1)
                best = (f1, RankedScores.ScoreOf(step.Key));
        }

        return best;
    }

    /// <summary>
    /// What every threshold that makes a difference finds, the highest first: both the ROC and the precision-recall
    /// curve are drawn from it.
    /// </summary>
    public static IReadOnlyList<RankingPoint> Curve(ReadOnlySpan<float> scores, ReadOnlySpan<bool> anomalous)
    {
        var points = new List<RankingPoint>();
        foreach (var step in new Descent(RankedScores.Rank(scores, anomalous)))
            points.Add(new RankingPoint(RankedScores.ScoreOf(step.Key), step.Found, step.FalseAlarms));
        return points;
    }

    /// <summary>What lies at or above one distinct score.</summary>
    private readonly record struct Step(uint Key, int Found, int FalseAlarms);

    /// <summary>Walks the distinct scores from the highest to the lowest.</summary>
    private ref struct Descent(RankedScores ranked)
    {
        private int _good = ranked.Good.Length;
        private int _anomalous = ranked.Anomalous.Length;

        public Step Current { get; private set; }

        public readonly Descent GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_good == 0 && _anomalous == 0)
                return false;
            var key = Math.Max(
                _good > 0 ? ranked.Good[_good - 1] : 0,
                _anomalous > 0 ? ranked.Anomalous[_anomalous - 1] : 0);
            while (_good > 0 && ranked.Good[_good - 1] == key)
                _good--;
            while (_anomalous > 0 && ranked.Anomalous[_anomalous - 1] == key)
                _anomalous--;
            Current = new Step(key, ranked.Anomalous.Length - _anomalous, ranked.Good.Length - _good);
            return true;
        }
    }
}

/// <summary>What scores at or above a threshold.</summary>
/// <param name="Threshold">A score that occurs.</param>
/// <param name="Found">Anomalous ones.</param>
/// <param name="FalseAlarms">Good ones.</param>
public readonly record struct RankingPoint(float Threshold, int Found, int FalseAlarms);
