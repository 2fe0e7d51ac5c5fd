using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class ThresholdMetricsTests
{
    [Theory]
    // scipy.stats.beta.ppf(0.025, k, n - k + 1) and ppf(0.975, k + 1, n - k).
    [InlineData(0, 30, 0, 0.11570330822202779)]
    [InlineData(3, 40, 0.01574217985104153, 0.20386474873289895)]
    [InlineData(30, 30, 0.8842966917779722, 1)]
    [InlineData(1, 1000, 2.5317487491294045e-05, 0.005558924279826672)]
    [InlineData(17, 23, 0.5159480295975618, 0.8977138660846415)]
    public void Interval_of_a_share_is_clopper_and_pearsons(int count, int among, double low, double high)
    {
        var interval = ProportionInterval.Of(count, among);

        Assert.Equal(low, interval.Low, 1e-10);
        Assert.Equal(high, interval.High, 1e-10);
    }

    [Theory]
    [InlineData(0, 0, 0.95)]
    [InlineData(-1, 5, 0.95)]
    [InlineData(6, 5, 0.95)]
    [InlineData(1, 5, 1)]
    public void Interval_of_no_share_is_refused(int count, int among, double confidence) =>
        Assert.Throws<ArgumentException>(() => ProportionInterval.Of(count, among, confidence));

    [Fact]
    public void Rates_at_the_threshold_follow_from_the_counts()
    {
        var rates = ThresholdMetrics.Of(goodPassed: 37, goodFailed: 3, defectivePassed: 6, defectiveFailed: 9);

        Assert.Equal((9 / 12.0, 9 / 15.0), (rates.Precision, rates.Recall));
        Assert.Equal(18 / 27.0, rates.F1);
        Assert.Equal(3 / 40.0, rates.FalseRejectRate);
        Assert.Equal((0.0157, 0.2039), (Math.Round(rates.FalseRejectRateLow!.Value, 4), Math.Round(rates.FalseRejectRateHigh!.Value, 4)));
    }

    [Fact]
    public void Rates_that_nothing_tells_are_missing()
    {
        Assert.Equal(
            new ThresholdMetrics(null, 0, 0, null, null, null), ThresholdMetrics.Of(0, 0, defectivePassed: 2, 0));
        var good = ThresholdMetrics.Of(30, 0, 0, 0);
        Assert.Equal((null, null, null, 0), (good.Precision, good.Recall, good.F1, good.FalseRejectRate));
    }

    [Fact]
    public void Percentile_is_the_time_that_so_many_frames_do_not_exceed()
    {
        // 1 to 20 ms: 95 % of 20 are exactly 19.
        var times = Enumerable.Range(1, 20).Reverse().Select(ms => TimeSpan.FromMilliseconds(ms));

        Assert.Equal(new LatencyPercentiles(10, 18, 19, 20, 20), LatencyPercentiles.Of(times));
        Assert.Equal(
            new LatencyPercentiles(7, 7, 7, 7, 7), LatencyPercentiles.Of([TimeSpan.FromMilliseconds(7)]));
        Assert.Throws<ArgumentException>(() => LatencyPercentiles.Of([]));
    }
}
