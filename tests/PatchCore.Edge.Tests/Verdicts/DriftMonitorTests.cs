using PatchCore.Edge.Bundles;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public sealed class DriftMonitorTests
{
    private static readonly PictureStatistics Usual = new(100, 0.02);

    private static readonly PictureInfo Pictures = new()
    {
        Frames = 100,
        Brightness = 100,
        BrightnessStd = 1,
        Sharpness = 0.02,
        SharpnessStd = 0.001,
    };

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(2000)]
    public void Line_that_does_not_change_is_hardly_ever_said_to_drift(int calibrationFrames)
    {
        // 500 lines of 20 windows each, every line with a calibration of its own: 10,000 windows.
        var random = new Random(17);
        var (windows, off) = (0, 0);
        for (var line = 0; line < 500; line++)
        {
            var monitor = new DriftMonitor(new(), Scores(random, calibrationFrames), Pictures);
            for (var window = 0; window < 20; window++, windows++)
            {
                var worst = DriftLevel.Ok;
                for (var i = 0; i < 200; i++)
                {
                    Observe(monitor, Score(random), Picture(random));
                    worst = monitor.Level > worst ? monitor.Level : worst;
                }

                off += worst > DriftLevel.Ok ? 1 : 0;
            }
        }

        Assert.Equal(10_000, windows);
        // Asked for is one comparison of 10,000; a window has ten that overlap, and a baseline that is off stays off.
        Assert.InRange(off, 0, 20);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    public void Scores_that_move_up_by_a_deviation_are_seen_within_a_window(int calibrationFrames)
    {
        var random = new Random(4);
        var monitor = new DriftMonitor(new(), Scores(random, calibrationFrames), Pictures);
        Run(monitor, 400, () => Score(random));
        Assert.Equal(DriftLevel.Ok, monitor.Level);

        Run(monitor, 240, () => Score(random) + 1.5f);

        Assert.Equal(DriftLevel.Alarm, monitor.Level);
        var reading = monitor.Read();
        Assert.True(reading.Causes.HasFlag(DriftCauses.Scores), $"{reading}");
        Assert.True(reading.Scores.Psi > 0.25 && reading.Scores.IsSignificant, $"{reading}");
        // 1.5 deviations of the 3 to the threshold.
        Assert.InRange(reading.Scores.MedianShift, 0.35, 0.65);
        Assert.Equal((0, DriftOrigin.Calibration), (reading.FailShare, reading.Scores.Origin));
    }

    [Fact]
    public void Level_is_left_when_the_line_is_as_before_again()
    {
        var random = new Random(4);
        var monitor = new DriftMonitor(new(), Scores(random, 200), Pictures);
        Run(monitor, 300, () => Score(random) + 2);
        Assert.Equal(DriftLevel.Alarm, monitor.Level);

        var changes = 0;
        for (var i = 0; i < 1000; i++)
            changes += Observe(monitor, Score(random), Usual) ? 1 : 0;

        Assert.Equal((DriftLevel.Ok, DriftCauses.None), (monitor.Level, monitor.Causes));
        Assert.InRange(changes, 1, 2);
    }

    [Theory]
    [InlineData(97, DriftLevel.Ok)]
    [InlineData(93, DriftLevel.Drifting)]
    [InlineData(107, DriftLevel.Drifting)]
    [InlineData(85, DriftLevel.Alarm)]
    public void Brightness_that_changes_is_told(double brightness, DriftLevel expected)
    {
        var random = new Random(9);
        var monitor = new DriftMonitor(new(), Scores(random, 200), Pictures);

        Run(monitor, 400, () => Score(random), new(brightness, 0.02));

        Assert.Equal(expected, monitor.Level);
        Assert.Equal(expected == DriftLevel.Ok ? DriftCauses.None : DriftCauses.Brightness, monitor.Causes);
    }

    [Fact]
    public void Blur_is_told()
    {
        var random = new Random(9);
        var monitor = new DriftMonitor(new(), Scores(random, 200), Pictures);

        Run(monitor, 400, () => Score(random), new(100, 0.008));

        Assert.Equal((DriftLevel.Alarm, DriftCauses.Sharpness), (monitor.Level, monitor.Causes));
        Assert.Equal(-0.6, monitor.Read().Sharpness.Change, 1e-9);
    }

    [Fact]
    public void Bundle_that_keeps_nothing_has_its_baseline_learned_from_the_first_frames_that_pass()
    {
        var random = new Random(2);
        var monitor = new DriftMonitor(new(), [1, 2, 3], null);
        for (var i = 0; i < 199; i++)
        {
            Observe(monitor, Score(random), Usual);
            monitor.Observe(Verdict.Fail, 99, 13, new(1, 1));
        }

        Assert.Equal(DriftOrigin.Learning, monitor.Read().Scores.Origin);
        Assert.Equal(DriftOrigin.Learning, monitor.Read().Brightness.Origin);
        Observe(monitor, Score(random), Usual);
        Assert.Equal(DriftOrigin.Learned, monitor.Read().Scores.Origin);
        var brightness = monitor.Read().Brightness;
        Assert.Equal((DriftOrigin.Learned, 100.0), (brightness.Origin, brightness.Baseline));

        Run(monitor, 400, () => Score(random));
        Assert.Equal(DriftLevel.Ok, monitor.Level);
        Run(monitor, 400, () => Score(random) + 2, new(80, 0.02));
        Assert.Equal(DriftLevel.Alarm, monitor.Level);
        Assert.True(monitor.Causes.HasFlag(DriftCauses.Scores | DriftCauses.Brightness), $"{monitor.Causes}");
    }

    [Fact]
    public void Errors_are_passed_over_and_fails_are_counted()
    {
        var random = new Random(2);
        var monitor = new DriftMonitor(new(), Scores(random, 200), Pictures);
        for (var i = 0; i < 300; i++)
        {
            monitor.Observe(Verdict.Error, float.NaN, 13, new(0, 0));
            monitor.Observe(i % 4 == 0 ? Verdict.Fail : Verdict.Pass, Score(random), 13, Usual);
        }

        var reading = monitor.Read();
        Assert.Equal((300, 0.25, 200), (reading.Observed, reading.FailShare, reading.Scores.Frames));
        Assert.Equal(DriftLevel.Ok, reading.Level);
    }

    [Fact]
    public void Observing_allocates_nothing()
    {
        var random = new Random(2);
        var monitor = new DriftMonitor(new(), Scores(random, 200), Pictures);
        Run(monitor, 500, () => Score(random));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 2000; i++)
            monitor.Observe(Verdict.Pass, 10 + (i % 3), 13, Usual);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Options_out_of_range_are_refused_together()
    {
        var options = new DriftOptions { Window = 10, PsiAlarm = 0.05, Significance = 0, Rejects = double.NaN };

        var error = Assert.Throws<ArgumentException>(() => new DriftMonitor(options, [], null));

        Assert.StartsWith(
            "Window is 10, expected 50 to 10000; PsiDrifting is 0.1 and PsiAlarm 0.05, expected above 0 and not below "
            + "the former; Significance is 0, expected above 0 and below 0.5; Rejects is NaN, expected above 0",
            error.Message, StringComparison.Ordinal);
    }

    private static void Run(
        DriftMonitor monitor, int frames, Func<float> score, PictureStatistics? picture = null)
    {
        for (var i = 0; i < frames; i++)
            Observe(monitor, score(), picture ?? Usual);
    }

    private static bool Observe(DriftMonitor monitor, float score, in PictureStatistics picture) =>
        monitor.Observe(Verdict.Pass, score, 13, picture);

    private static float[] Scores(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Score(random))];

    /// <summary>Normal, mean 10 and deviation 1.</summary>
    private static float Score(Random random) => (float)(10 + Normal(random));

    private static PictureStatistics Picture(Random random) =>
        new(100 + Normal(random), 0.02 + (0.001 * Normal(random)));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
