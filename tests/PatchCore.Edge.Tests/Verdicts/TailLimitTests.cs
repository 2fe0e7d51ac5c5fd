using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class TailLimitTests
{
    [Theory]
    [InlineData(20, 0.01, 0.95)]
    [InlineData(60, 0.01, 0.95)]
    [InlineData(60, 0.01, 0.5)]
    [InlineData(100, 0.001, 0.9)]
    [InlineData(5, 0.05, 0.8)]
    [InlineData(2000, 0.02, 0.95)]
    public void Rate_of_an_exponential_tail_holds_in_as_many_calibrations_as_is_stated(
        int frames, double rate, double confidence)
    {
        const int Calibrations = 2000;
        var random = new Random(3);
        var held = 0;
        var peaks = TailLimit.Peaks(frames, rate);
        var factor = TailLimit.Factor(frames, peaks, rate, confidence);
        for (var i = 0; i < Calibrations; i++)
        {
            float[] scores =
                [.. Enumerable.Range(0, frames).Select(_ => (float)(7 - (2 * Math.Log(random.NextDouble()))))];
            var threshold = TailLimit.Of(scores, peaks, factor);
            held += Math.Exp(-(threshold - 7) / 2) <= rate ? 1 : 0;
        }

        // The standard deviation of a share of 2000 is at most 1.1 %: four of those.
        Assert.InRange(held / (double)Calibrations, confidence - 0.045, confidence + 0.045);
    }

    [Fact]
    public void Scores_that_fall_off_faster_are_kept_from_more_than_the_rate()
    {
        var random = new Random(4);
        var broken = 0;
        var peaks = TailLimit.Peaks(50, 0.01);
        var factor = TailLimit.Factor(50, peaks, 0.01, 0.95);
        for (var i = 0; i < 500; i++)
        {
            // The sum of twelve uniform numbers, which has no tail worth the name.
            float[] scores =
                [.. Enumerable.Range(0, 50).Select(_ => (float)Enumerable.Range(0, 12).Sum(_ => random.NextDouble()))];
            // A normal distribution's 99 %: 6 + 2.33.
            broken += TailLimit.Of(scores, peaks, factor) < 8.33 ? 1 : 0;
        }

        Assert.InRange(broken, 0, 25);
    }

    [Fact]
    public void Threshold_moves_with_the_scores_and_scales_with_them()
    {
        float[] scores = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
        var limit = TailLimit.Of(scores, 0.01, 0.95);

        Assert.Equal((2 * limit) + 10, TailLimit.Of([.. scores.Select(s => (2 * s) + 10)], 0.01, 0.95), 1e-9);
        Assert.Equal(limit, TailLimit.Of([.. scores.Order()], 0.01, 0.95), 1e-12);
    }

    [Fact]
    public void Scores_that_are_all_the_same_are_the_threshold() =>
        Assert.Equal(7.5, TailLimit.Of([.. Enumerable.Repeat(7.5f, 20)], 0.01, 0.95));

    [Fact]
    public void Lower_rate_or_more_confidence_raises_the_threshold()
    {
        float[] scores = [.. Enumerable.Range(1, 40).Select(i => (float)i)];
        Assert.True(TailLimit.Of(scores, 0.001, 0.9) > TailLimit.Of(scores, 0.01, 0.9));
        Assert.True(TailLimit.Of(scores, 0.01, 0.95) > TailLimit.Of(scores, 0.01, 0.5));
    }

    [Fact]
    public void Fewer_scores_than_make_a_tail_are_refused() =>
        Assert.Throws<ArgumentException>(() => TailLimit.Of([1, 2, 3], 0.01, 0.95));
}
