using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

public sealed class EvaluationTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    [Fact]
    public void Defects_of_the_simulated_line_are_told_from_good_parts()
    {
        using var model = trained.Load();

        var report = Evaluation.Run(trained.Dataset, model, null, CancellationToken.None);

        Assert.Equal((6, 12), (report.Total.Good, report.Total.Defective));
        Assert.Equal(18, report.Images.Count);
        Assert.Equal(0, report.WithoutMask);
        // Every defect scores above every good part; the maps' 0.998 leaves room for another processor's rounding.
        Assert.Equal(1, report.Total.ImageAuroc);
        Assert.InRange(report.Total.PixelAuroc!.Value, 0.995, 1);
        Assert.Equal(
            ["contamination", "crack", "dent", "missing_hole", "scratch", "stain"], report.Classes.Keys.Order());
        Assert.All(report.Classes.Values, metrics => Assert.Equal((6, 2), (metrics.Good, metrics.Defective)));
        var counts = report.Verdicts;
        Assert.Equal(6, counts.GoodPassed + counts.GoodFailed);
        Assert.Equal(12, counts.DefectivePassed + counts.DefectiveFailed);
    }

    [Fact]
    public void Unreadable_picture_is_an_error_and_never_passes()
    {
        using var model = trained.Load();
        using var folder = new TemporaryFolder();
        var good = Directory.CreateDirectory(folder["test/good"]).FullName;
        File.Copy(Directory.GetFiles(trained.Good)[0], Path.Combine(good, "000.png"));
        File.WriteAllText(Path.Combine(good, "001.png"), "no picture");

        var report = Evaluation.Run(folder.Path, model, null, CancellationToken.None);

        var unreadable = report.Images.Single(image => image.Path.EndsWith("001.png", StringComparison.Ordinal));
        Assert.Equal((Verdict.Error, null), (unreadable.Verdict, unreadable.Score));
        Assert.Contains("001.png", unreadable.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 1), (report.Verdicts.Errors, report.Total.Good));
        Assert.Null(report.Total.ImageAuroc);
    }

    [Fact]
    public void Folder_of_another_layout_is_refused()
    {
        using var model = trained.Load();
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<EvaluationException>(
            () => Evaluation.Run(folder.Path, model, null, CancellationToken.None));

        Assert.Contains("found no folder 'test'", error.Message, StringComparison.Ordinal);
    }
}
