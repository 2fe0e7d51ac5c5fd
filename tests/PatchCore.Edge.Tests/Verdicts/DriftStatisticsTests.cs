using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public sealed class DriftStatisticsTests
{
    private static readonly float[] Hundred = [.. Enumerable.Range(0, 100).Select(i => (float)i)];

    [Fact]
    public void Psi_of_the_same_scores_is_zero() =>
        Assert.Equal(0, DriftStatistics.Psi(Hundred, Hundred), 1e-12);

    [Fact]
    public void Psi_is_the_sum_over_the_tenths_of_the_baseline()
    {
        // Half of the window in the first tenth, half in the second: by hand, with half a frame added everywhere.
        float[] window = [.. Enumerable.Repeat(3f, 10), .. Enumerable.Repeat(14f, 10)];
        var p = 10.5 / 105;
        var (full, none) = (10.5 / 25, 0.5 / 25);
        var expected = (2 * (full - p) * Math.Log(full / p)) + (8 * (none - p) * Math.Log(none / p));

        Assert.Equal(expected, DriftStatistics.Psi(Hundred, window), 1e-12);
    }

    [Fact]
    public void Ks_is_the_largest_difference_of_the_distribution_functions()
    {
        Assert.Equal(0, DriftStatistics.Ks(Hundred, Hundred));
        Assert.Equal(1, DriftStatistics.Ks([1, 2], [3, 4, 5]));
        // After 2 there are 2/4 of the one and none of the other; after 4, 4/4 and 1/2.
        Assert.Equal(0.5, DriftStatistics.Ks([1, 2, 3, 4], [2.5f, 9]));
        Assert.Equal(0, DriftStatistics.Ks([1, 1, 2, 2], [1, 2]));
    }

    [Fact]
    public void Ks_critical_value_is_that_of_the_tables()
    {
        // 1.358 · √((n + m) / nm) at 5 %, 1.628 at 1 %.
        Assert.Equal(1.358 * Math.Sqrt(2 / 100.0), DriftStatistics.KsCritical(100, 100, 0.05), 1e-4);
        Assert.Equal(1.628 * Math.Sqrt(3 / 100.0), DriftStatistics.KsCritical(100, 50, 0.01), 1e-3);
    }

    [Fact]
    public void Rejects_follow_a_shift_and_a_spread_of_the_scores()
    {
        // Uniform from 0 to 99 moved up by 20: the fifth above 99 is gone. The kernel blurs it by half a percent.
        float[] moved = [.. Hundred.Select(score => score + 20)];
        float[] spread = [.. Hundred.Select(score => (2 * score) - 49.5f)];

        Assert.InRange(DriftStatistics.Rejects(Hundred, moved, 99.5), 0.195, 0.215);
        Assert.InRange(DriftStatistics.Rejects(Hundred, spread, 99.5), 0.24, 0.27);
        Assert.InRange(DriftStatistics.Rejects(Hundred, Hundred, 150), 0, 1e-4);
    }

    [Fact]
    public void Rejects_without_any_spread_are_all_or_none()
    {
        float[] same = [5, 5, 5];

        Assert.Equal(0, DriftStatistics.Rejects(same, same, 5));
        Assert.Equal(1, DriftStatistics.Rejects(same, [6, 6], 5.5));
    }

    [Fact]
    public void Quantile_is_linear_between_neighbors()
    {
        Assert.Equal(2.5, DriftStatistics.Quantile([1, 2, 3, 10], 0.5));
        Assert.Equal(1, DriftStatistics.Quantile([1, 2, 3, 10], 0));
        Assert.Equal(10, DriftStatistics.Quantile([1, 2, 3, 10], 1));
    }

    [Fact]
    public void Window_keeps_the_latest_scores_in_order_of_size()
    {
        var window = new ScoreWindow(5);
        var random = new Random(3);
        var all = new List<float>();
        for (var i = 0; i < 200; i++)
        {
            // Few values, so that equal ones meet.
            all.Add(random.Next(6));
            window.Add(all[^1]);
            Assert.Equal(all.TakeLast(5).Order(), window.Sorted.ToArray());
        }
    }
}
