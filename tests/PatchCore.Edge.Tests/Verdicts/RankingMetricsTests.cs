using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class RankingMetricsTests
{
    // The references are double sums of at most 400 terms.
    private const double Tolerance = 1e-12;

    private static readonly GoldenFile Golden = GoldenFile.Read("metrics.json");
    private static readonly float[] Scores = Golden.Floats("scores");
    private static readonly bool[] Anomalous = [.. Golden.Ints("labels").Select(l => l == 1)];

    [Fact]
    public void Auroc_of_scores_with_ties_is_the_reference() =>
        Assert.Equal(Golden.Double("auroc"), RankingMetrics.Auroc(Scores, Anomalous), Tolerance);

    [Fact]
    public void Average_precision_of_scores_with_ties_is_the_reference() =>
        Assert.Equal(Golden.Double("averagePrecision"), RankingMetrics.AveragePrecision(Scores, Anomalous), Tolerance);

    [Fact]
    public void Best_f1_and_its_threshold_are_the_reference()
    {
        var (f1, threshold) = RankingMetrics.BestF1(Scores, Anomalous);

        Assert.Equal(Golden.Double("bestF1"), f1, Tolerance);
        Assert.Equal((float)Golden.Double("bestF1Threshold"), threshold);
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3, 4 }, new[] { false, false, true, true }, 1)]
    [InlineData(new float[] { 4, 3, 2, 1 }, new[] { false, false, true, true }, 0)]
    [InlineData(new float[] { 5, 5, 5, 5 }, new[] { false, true, false, true }, 0.5)]
    [InlineData(new float[] { 1, 2, 2, 3 }, new[] { false, false, true, true }, 0.875)]
    [InlineData(new[] { -1f, -0f, 0f, float.PositiveInfinity }, new[] { false, false, true, true }, 0.875)]
    public void Auroc_of_a_few_scores_counts_ties_half(float[] scores, bool[] anomalous, double expected) =>
        Assert.Equal(expected, RankingMetrics.Auroc(scores, anomalous));

    [Fact]
    public void Metrics_of_one_class_alone_are_not_numbers()
    {
        float[] scores = [1, 2];

        Assert.Equal(double.NaN, RankingMetrics.Auroc(scores, [true, true]));
        Assert.Equal(double.NaN, RankingMetrics.Auroc(scores, [false, false]));
        Assert.Equal(double.NaN, RankingMetrics.Auroc([], []));
        Assert.Equal(double.NaN, RankingMetrics.AveragePrecision(scores, [false, false]));
        Assert.Equal(1.0, RankingMetrics.AveragePrecision(scores, [true, true]));
        Assert.Equal((double.NaN, double.NaN), RankingMetrics.BestF1(scores, [false, false]));
        Assert.Equal((1.0, 1.0), RankingMetrics.BestF1(scores, [true, true]));
    }

    [Fact]
    public void Best_f1_reached_twice_takes_the_lower_threshold() =>
        // At 4: 1 found, none false: 2/(1+2). At 1: 2 found, 2 false: 4/(4+2).
        Assert.Equal((2.0 / 3, 1.0), RankingMetrics.BestF1([4, 3, 2, 1], [true, false, false, true]));

    [Fact]
    public void Metrics_of_many_scores_agree_with_counting_every_pair()
    {
        // Past the length from which the radix sort works, with negative scores and ties.
        var random = new Random(7);
        var scores = Enumerable.Range(0, 9000).Select(_ => random.Next(-500, 500) / 16f).ToArray();
        var anomalous = scores.Select(s => random.NextDouble() < 0.4 + s / 200).ToArray();

        double wins = 0;
        var bad = scores.Where((_, i) => anomalous[i]).ToArray();
        var good = scores.Where((_, i) => !anomalous[i]).ToArray();
        foreach (var b in bad)
            wins += good.Count(g => g < b) + 0.5 * good.Count(g => g == b);

        Assert.Equal(wins / good.Length / bad.Length, RankingMetrics.Auroc(scores, anomalous), Tolerance);
    }

    [Fact]
    public void Curve_has_a_point_for_every_distinct_score_from_the_highest_on()
    {
        var curve = RankingMetrics.Curve([3, 1, 2, 2, 0], [true, false, true, false, false]);

        Assert.Equal(
            [new RankingPoint(3, 1, 0), new RankingPoint(2, 2, 1), new RankingPoint(1, 2, 2), new RankingPoint(0, 2, 3)],
            curve);
        Assert.Empty(RankingMetrics.Curve([], []));
    }

    [Fact]
    public void Metrics_of_a_score_that_is_not_a_number_are_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => RankingMetrics.Auroc([1, float.NaN], [false, true]));
        Assert.Contains("score 1 is not a number", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_of_unequal_lengths_are_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => RankingMetrics.AveragePrecision([1, 2], [false]));
        Assert.Contains("1 labels for 2 scores", e.Message, StringComparison.Ordinal);
    }
}
