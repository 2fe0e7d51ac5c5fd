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
        Assert.Null(calibration.FalseRejectRate);
        // None of 8 is above it: 1 − 0.05^(1/8).
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / 8), calibration.RateBound!.Value, 1e-9);
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
        var calibration = Calibration.FromGood(new([1, 1, 1], [2, 3, 7]), new());

        Assert.Equal((4f, 8f), (calibration.MapLow, calibration.MapHigh));
    }

    [Fact]
    public void Rate_that_the_frames_can_keep_is_kept_by_the_lowest_score_that_does()
    {
        // 1 to 598: at 1 % with 95 %, two may be above (P(Bin(598, 0.01) ≤ 2) = 0.061 > 0.05 ≥ P(≤ 1) = 0.017).
        var calibration = Calibration.FromGood(Scores(598), new() { FalseRejectRate = 0.01 });

        Assert.Equal(("tolerance-limit", 597f), (calibration.Method, calibration.Threshold));
        Assert.Equal((float?)(2 * 597f), calibration.PixelThreshold);
        Assert.InRange(calibration.RateBound!.Value, 0.0075, 0.01);
        Assert.Equal((0.01, 0.95), (calibration.FalseRejectRate!.Value, calibration.Confidence));
        Assert.Equal(
            ["1 of 598 good frames score above it: at most 0.7908 % of good parts are rejected, with 95 % confidence"],
            CalibrationStatement.Of(calibration));
    }

    [Fact]
    public void Rate_for_which_there_are_too_few_frames_gives_the_largest_score_and_says_what_it_takes()
    {
        var calibration = Calibration.FromGood(Scores(100), new() { FalseRejectRate = 0.005 });

        Assert.Equal(("largest-score", 100f), (calibration.Method, calibration.Threshold));
        Assert.Equal(1 - Math.Pow(0.05, 0.01), calibration.RateBound!.Value, 1e-9);
        Assert.Equal(
            [
                "0 of 100 good frames score above it: at most 2.9513 % of good parts are rejected, "
                    + "with 95 % confidence",
                "at most 0.5 % with 95 % confidence needs 598 good frames; there are 100",
            ],
            CalibrationStatement.Of(calibration));
    }

    [Fact]
    public void Extrapolation_goes_beyond_the_scores_and_says_so()
    {
        var calibration = Calibration.FromGood(Scores(100), new() { FalseRejectRate = 0.005, Extrapolate = true });

        Assert.Equal("exponential-tail", calibration.Method);
        Assert.True(calibration.Threshold > 100);
        Assert.Equal((float)TailLimit.Of(Scores(100).Scores, 0.005, 0.95), calibration.Threshold);
        Assert.StartsWith(
            "extrapolated: 0.5 % is kept with 95 % confidence if", CalibrationStatement.Of(calibration).Last(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Extrapolation_is_not_used_where_the_frames_suffice()
    {
        var options = new CalibrationOptions { FalseRejectRate = 0.05, Extrapolate = true };
        Assert.Equal("tolerance-limit", Calibration.FromGood(Scores(59), options).Method);
        Assert.Equal("exponential-tail", Calibration.FromGood(Scores(58), options).Method);
    }

    [Fact]
    public void Threshold_by_hand_keeps_the_frames_and_tells_what_they_say_of_it()
    {
        var calibration = Calibration.WithThreshold(
            Calibration.FromGood(Scores(100), new() { FalseRejectRate = 0.1 }), "by-hand", 90.5f);

        Assert.Equal(("by-hand", 90.5f, 100), (calibration.Method, calibration.Threshold, calibration.HeldOutFrames));
        Assert.Null(calibration.FalseRejectRate);
        // Ten of 100 are above; the upper end of Clopper and Pearson's one-sided interval.
        Assert.Equal(0.1637, calibration.RateBound!.Value, 1e-4);
        Assert.Equal(11.0 / 101, CalibrationStatement.ExpectedRate(calibration), 1e-12);
    }

    [Fact]
    public void Options_out_of_range_are_all_named() => Assert.Equal(
        [
            "calibration.falseRejectRate is 0.6, expected 0.00001 to 0.5",
            "calibration.confidence is 1, expected 0.5 to 0.9999",
            "calibration.frames is 4, expected 5 or more",
        ],
        new CalibrationOptions { FalseRejectRate = 0.6, Confidence = 1, Frames = 4 }.Faults());

    [Fact]
    public void Extrapolation_of_no_rate_is_refused() => Assert.Equal(
        ["calibration.extrapolate is set, expected a calibration.falseRejectRate with it"],
        new CalibrationOptions { Extrapolate = true }.Faults());

    private static CalibrationScores Scores(int frames) => new(
        [.. Enumerable.Range(1, frames).Select(i => (float)i)],
        [.. Enumerable.Range(1, frames).Select(i => 2f * i)]);

    private static CalibrationInfo Of(float[] scores) =>
        Calibration.FromGood(new(scores, new float[scores.Length]), new());
}
