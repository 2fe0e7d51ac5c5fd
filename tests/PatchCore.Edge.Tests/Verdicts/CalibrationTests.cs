using PatchCore.Edge.Bundles;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class CalibrationTests
{
    [Fact]
    public void Threshold_of_scores_close_together_is_three_deviations_above_their_mean()
    {
        var calibration = Of([2, 4, 4, 4, 5, 5, 7, 9]);

        // Sample variance 32/7.
        Assert.Equal(5f, calibration.Mean);
        Assert.Equal((float)Math.Sqrt(32.0 / 7), calibration.Std);
        Assert.Equal((float)(5 + 3 * Math.Sqrt(32.0 / 7)), calibration.Threshold);
        Assert.Equal((2f, 9f, 8), (calibration.Min, calibration.Max, calibration.HeldOutFrames));
        Assert.Equal("mean+3std", calibration.Method);
    }

    [Fact]
    public void Threshold_is_not_raised_to_one_good_frame_far_out()
    {
        float[] scores = [.. Enumerable.Repeat(1f, 30), 100f];

        var calibration = Of(scores);

        // Mean 130/31, sample variance 30/31 · 99² / 30.
        Assert.Equal(130f / 31 + (3 * 99 / MathF.Sqrt(31)), calibration.Threshold, 1e-4f);
        Assert.True(calibration.Threshold < 100);
    }

    [Fact]
    public void Threshold_of_a_single_frame_is_its_score()
    {
        var calibration = Of([3.3f]);

        Assert.Equal((3.3f, 0f), (calibration.Threshold, calibration.Std));
    }

    [Fact]
    public void Calibration_without_scores_is_refused() =>
        Assert.Throws<ArgumentException>(() => Of([]));

    [Fact]
    public void Calibration_with_a_score_that_is_not_finite_is_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => Of([1, float.PositiveInfinity]));
        Assert.Contains("held-out score 1 is", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heatmap_colors_go_from_the_usual_hottest_spot_of_good_parts_to_twice_that()
    {
        var calibration = Calibration.FromGood([1, 1, 1], [2, 3, 7]);

        Assert.Equal((4f, 8f), (calibration.MapLow, calibration.MapHigh));
    }

    private static CalibrationInfo Of(float[] scores) => Calibration.FromGood(scores, new float[scores.Length]);
}
