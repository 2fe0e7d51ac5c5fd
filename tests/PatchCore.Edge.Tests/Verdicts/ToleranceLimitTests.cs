using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class ToleranceLimitTests
{
    // The smallest n with (1 − p)^n ≤ 1 − confidence, as in tables of Wilks' one-sided limits.
    [Theory]
    [InlineData(0.05, 0.95, 59)]
    [InlineData(0.01, 0.95, 299)]
    [InlineData(0.005, 0.95, 598)]
    [InlineData(0.001, 0.95, 2995)]
    [InlineData(0.10, 0.90, 22)]
    [InlineData(0.05, 0.99, 90)]
    [InlineData(0.01, 0.99, 459)]
    [InlineData(0.5, 0.5, 1)]
    // 0.9² is exactly 1 − 0.19, and its logarithms come out a hair above 2.
    [InlineData(0.1, 0.19, 2)]
    public void Frames_needed_are_those_of_the_tables(double rate, double confidence, int frames)
    {
        Assert.Equal(frames, ToleranceLimit.FramesNeeded(rate, confidence));
        Assert.Equal(1, ToleranceLimit.Rank(frames, rate, confidence));
        Assert.Equal(0, ToleranceLimit.Rank(frames - 1, rate, confidence));
    }

    // Where the second, third and fourth largest score become a limit at 5 % with 95 % (Wilks): 93, 124, 153.
    [Theory]
    [InlineData(92, 1)]
    [InlineData(93, 2)]
    [InlineData(123, 2)]
    [InlineData(124, 3)]
    [InlineData(152, 3)]
    [InlineData(153, 4)]
    [InlineData(10_000, 464)]
    public void Rank_rises_where_the_tables_say(int frames, int rank) =>
        Assert.Equal(rank, ToleranceLimit.Rank(frames, 0.05, 0.95));

    [Fact]
    public void Rank_of_any_number_of_frames_is_the_last_that_the_binomial_allows()
    {
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var (frames, rate, confidence) = (random.Next(1, 700), 0.002 + (0.3 * random.NextDouble()),
                0.5 + (0.49 * random.NextDouble()));
            var rank = ToleranceLimit.Rank(frames, rate, confidence);

            Assert.True(rank == 0 || AtMost(rank - 1, frames, rate) <= 1 - confidence);
            Assert.True(rank == frames || AtMost(rank, frames, rate) > 1 - confidence);
            // The bound of the rate says the same the other way around.
            if (rank > 0)
                Assert.InRange(ToleranceLimit.RateBound(rank - 1, frames, confidence), 0, rate + 1e-9);
            if (rank < frames)
                Assert.True(ToleranceLimit.RateBound(rank, frames, confidence) > rate);
        }
    }

    // scipy.stats.beta.ppf(confidence, above + 1, frames − above).
    [Theory]
    [InlineData(0, 100, 0.95, 0.029513)]
    [InlineData(0, 30, 0.95, 0.095034)]
    [InlineData(3, 1000, 0.95, 0.007735)]
    [InlineData(10, 100, 0.95, 0.163718)]
    [InlineData(5, 5, 0.95, 1)]
    public void Rate_bound_is_the_upper_end_of_clopper_and_pearson(
        int above, int frames, double confidence, double bound) =>
        Assert.Equal(bound, ToleranceLimit.RateBound(above, frames, confidence), 1e-6);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Rate_outside_of_0_to_1_is_refused(double rate)
    {
        Assert.Throws<ArgumentException>(() => ToleranceLimit.FramesNeeded(rate, 0.95));
        Assert.Throws<ArgumentException>(() => ToleranceLimit.Rank(100, 0.01, rate));
    }

    /// <summary>
    /// The claim itself, on distributions that could not differ more: a threshold set to 1 % rejects more than that of
    /// the good parts to come in at most 5 % of all calibrations.
    /// </summary>
    [Theory]
    [InlineData("normal", 299)]
    [InlineData("normal", 1000)]
    [InlineData("heavy", 299)]
    [InlineData("heavy", 700)]
    [InlineData("two lines", 500)]
    [InlineData("coarse", 600)]
    public void Target_holds_in_as_many_calibrations_as_is_stated(string kind, int frames)
    {
        const int Calibrations = 2000;
        var random = new Random(11);
        var broken = 0;
        for (var i = 0; i < Calibrations; i++)
        {
            var scores = Enumerable.Range(0, frames).Select(_ => (float)Draw(kind, random.NextDouble())).ToArray();
            var threshold = Calibration.FromGood(new(scores, []), new() { FalseRejectRate = 0.01 }).Threshold;
            broken += Above(kind, threshold) > 0.01 ? 1 : 0;
        }

        // 5 % of 2000 are 100, with a standard deviation of 10: four of those above.
        Assert.InRange(broken, 0, 140);
        // And it is not held by thresholds far too high: 0.01 is nearly used up in one of ten (ties use less).
        if (kind != "coarse")
            Assert.InRange(broken, 20, 140);
    }

    /// <summary>By the share of scores above it, falling.</summary>
    private static double Draw(string kind, double above) => kind switch
    {
        "heavy" => 10 + Math.Pow(above, -0.5),
        "two lines" => above < 0.02 ? 30 - (50 * above) : 20 - above,
        "coarse" => Math.Floor(-2 * Math.Log(above)),
        _ => 20 + Logistic(above),
    };

    private static double Logistic(double above) => Math.Log((1 - above) / above);

    /// <summary>Share of all scores above the threshold, by halving what <see cref="Draw"/> says.</summary>
    private static double Above(string kind, double threshold)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = (float)Draw(kind, middle) > threshold ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static double AtMost(int count, int among, double share)
    {
        // Plainly, by the recurrence of the binomial; fine for shares and counts as small as here.
        var term = Math.Pow(1 - share, among);
        var sum = term;
        for (var i = 1; i <= count; i++)
            sum += term *= (among - i + 1.0) / i * share / (1 - share);
        return sum;
    }
}
