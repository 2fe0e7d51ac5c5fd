using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Host.Tests.Commands;

/// <summary>Each test sets the threshold of a copy of its own.</summary>
public sealed class CalibrateCommandTests(TrainedBundle trained) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Good => Path.Combine(trained.Dataset, "train", "good");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rate_is_set_from_the_scores_that_the_bundle_keeps_as_a_new_version()
    {
        var bundle = Copy();
        var before = Bundle.Open(bundle).Manifest;

        var (code, output, errors) = await HostProcess.RunAsync("calibrate", bundle, "--false-reject-rate", "0.3");

        Assert.Equal((0, ""), (code, errors));
        var after = Bundle.Open(bundle).Manifest;
        // Of 12 scores the largest is at most 30 % with 95 %: 0.7^12 is 0.014, and 0.7^12 + 12·0.3·0.7^11 is 0.085.
        Assert.Equal(
            ("tolerance-limit", before.Calibration.Max), (after.Calibration.Method, after.Calibration.Threshold));
        Assert.Equal((0.3, 0.95), (after.Calibration.FalseRejectRate, after.Calibration.Confidence));
        Assert.Equal(after.Calibration.HottestSpots.Max(), after.Calibration.PixelThreshold);
        Assert.Equal(before.Calibration.Scores, after.Calibration.Scores);
        Assert.Equal(("calibrate", before.Id), (after.Provenance[^1].Operation, after.Provenance[^1].Parent));
        Assert.Equal(before.Id, Assert.Single(BundleVersions.Of(bundle)).Id);
        Assert.Equal(before.Files["bank.faiss"], after.Files["bank.faiss"]);
        Assert.Contains("good frames   12 (scores that the bundle keeps)", output, StringComparison.Ordinal);
        Assert.Contains("(mean+3std) -> ", output, StringComparison.Ordinal);
        Assert.Contains("0 of 12 good frames score above it: at most 22.0922 % of", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rate_that_takes_more_frames_says_how_many_and_a_dry_run_writes_nothing()
    {
        var bundle = Copy();
        var before = Bundle.Open(bundle).Manifest.Id;

        var (code, output, errors) = await HostProcess.RunAsync(
            "calibrate", bundle, "--false-reject-rate", "0.005", "--extrapolate", "--dry-run");

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("-> ", output, StringComparison.Ordinal);
        Assert.Contains("(exponential-tail)", output, StringComparison.Ordinal);
        Assert.Contains(
            "at most 0.5 % with 95 % confidence needs 598 good frames; there are 12", output, StringComparison.Ordinal);
        Assert.Contains("not changed: --dry-run", output, StringComparison.Ordinal);
        Assert.Equal(before, Bundle.Open(bundle).Manifest.Id);
        Assert.Empty(BundleVersions.Of(bundle));
    }

    [Fact]
    public async Task Recall_of_1_fails_every_defect_and_tells_what_good_parts_it_costs()
    {
        var bundle = Copy();
        string[] defects = ["scratch", "dent", "missing_hole"];

        var (code, output, errors) = await HostProcess.RunAsync(
            ["calibrate", bundle, "--to", "recall-1", "--good", Good,
                "--defects", .. defects.Select(kind => Path.Combine(trained.Dataset, "test", kind))]);

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains(" of 3 found, which rejects ", output, StringComparison.Ordinal);
        Assert.Contains("3 of 3 found", output, StringComparison.Ordinal);
        // The same files as trained from: each is scored without its own patches, hence none scores near 0.
        Assert.Contains(
            "12 are in the bank, and were scored without their own patches", output, StringComparison.Ordinal);
        var after = Bundle.Open(bundle).Manifest.Calibration;
        Assert.Equal("recall-1", after.Method);
        Assert.True(after.Min > 0.5f * Bundle.Open(trained.Bundle).Manifest.Calibration.Min);

        var inspect = await HostProcess.RunAsync(
            ["inspect", "--bundle", bundle, .. defects.Select(kind => Path.Combine(trained.Dataset, "test", kind))]);
        Assert.Contains("3 inspected: 0 PASS, 3 FAIL, 0 ERROR", inspect.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threshold_by_hand_keeps_the_pixel_threshold()
    {
        var bundle = Copy();
        var before = Bundle.Open(bundle).Manifest.Calibration;

        var (code, _, errors) = await HostProcess.RunAsync("calibrate", bundle, "--threshold", "21.5");

        Assert.Equal((0, ""), (code, errors));
        var after = Bundle.Open(bundle).Manifest.Calibration;
        Assert.Equal(("by-hand", 21.5f, before.PixelThreshold), (after.Method, after.Threshold, after.PixelThreshold));
        Assert.Null(after.FalseRejectRate);
    }

    [Theory]
    [InlineData(0, "found 0 pictures, expected at least 5")]
    [InlineData(1, "found 1 pictures, expected at least 5")]
    [InlineData(-6, "6 of 6 pictures cannot be used, at most 0 may be")]
    public async Task Good_frames_that_cannot_be_used_are_told_and_nothing_is_written(int pictures, string expected)
    {
        var bundle = Copy();
        var folder = Directory.CreateDirectory(_folder["few"]).FullName;
        for (var i = 0; i < pictures; i++)
            File.Copy(Directory.GetFiles(Good)[i], Path.Combine(folder, $"{i}.png"));
        for (var i = 0; i > pictures; i--)
            File.WriteAllText(Path.Combine(folder, $"{-i}.png"), "no picture");
        var before = Bundle.Open(bundle).Manifest.Id;

        var (code, _, errors) = await HostProcess.RunAsync("calibrate", bundle, "--good", folder);

        Assert.Equal(1, code);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Equal(before, Bundle.Open(bundle).Manifest.Id);
        Assert.Empty(BundleVersions.Of(bundle));
    }

    [Theory]
    [InlineData("--false-reject-rate 0", "--false-reject-rate is 0, expected 0.00001 to 0.5")]
    [InlineData("--false-reject-rate 0.6 --confidence 1", "--false-reject-rate is 0.6, expected 0.00001 to 0.5; --confidence is 1")]
    [InlineData("--false-reject-rate 0.01 --confidence 0", "--confidence is 0, expected 0.5 to 0.9999")]
    [InlineData("--good x --extrapolate", "--extrapolate is set, expected a --false-reject-rate with it")]
    [InlineData("--to recall-1", "--to recall-1 found no --defects")]
    [InlineData("--to best", "'best'")]
    [InlineData("--defects x", "--defects found, expected --to best-f1 or --to recall-1 with it")]
    [InlineData("--to best-f1 --threshold 3", "found both --to and --threshold")]
    [InlineData("--threshold 3 --false-reject-rate 0.01", "found --false-reject-rate with --threshold")]
    [InlineData("", "found nothing to set the threshold by")]
    public async Task Options_that_make_no_sense_are_told_and_exit_with_2(string options, string expected)
    {
        var (code, output, errors) = await HostProcess.RunAsync(
            ["calibrate", trained.Bundle, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    private string Copy()
    {
        var bundle = Bundle.Open(trained.Bundle);
        BundleWriter.Write(_folder["bundle"], bundle.Manifest, staging =>
        {
            foreach (var name in bundle.Manifest.Files.Keys)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(staging, name))!);
                File.Copy(bundle.PathOf(name), Path.Combine(staging, name));
            }
        });
        return _folder["bundle"];
    }
}
