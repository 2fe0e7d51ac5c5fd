using PatchCore.Edge.Native;
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
        Assert.InRange(report.Total.PixelAurocError!.Value, 0, 1e-4);
        Assert.InRange(report.Total.Aupro!.Value, 0.9, 1);
        Assert.InRange(report.Total.AuproError!.Value, 0, 1e-3);
        Assert.InRange(report.Total.Regions, 12, 40);
        Assert.Equal((1, 1), (report.Curve[11].Recall, report.Curve[11].Precision));
        Assert.Equal((1, 1), (report.Curve[^1].Recall, report.Curve[^1].FalseRejectRate));
        Assert.Empty(report.Notes);
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
    public void Maps_and_masks_that_are_ranked_on_the_way_come_to_what_all_of_them_together_do()
    {
        using var model = trained.Load();
        var kept = new Keeping();

        var report = Evaluation.Run(trained.Dataset, model, kept, CancellationToken.None);

        var exact = RankingMetrics.Auroc([.. kept.Values], [.. kept.Defects]);
        Assert.Equal(18 * SimulatedBundle.Side * SimulatedBundle.Side, kept.Values.Count);
        Assert.InRange(
            Math.Abs(report.Total.PixelAuroc!.Value - exact), 0, report.Total.PixelAurocError!.Value + 1e-12);
        Assert.Equal(18, kept.Done);
    }

    [Fact]
    public void Mask_of_another_size_than_its_picture_is_refused_with_both_sizes()
    {
        using var model = trained.Load();
        using var folder = new TemporaryFolder();
        var picture = CopyOne(folder, "test/dent/000.png");
        using (var mask = NativeImage.Create(32, 16, PixelFormat.Gray8))
        {
            Directory.CreateDirectory(folder["ground_truth/dent"]);
            mask.Write(folder["ground_truth/dent/000_mask.png"]);
        }

        var error = Assert.Throws<EvaluationException>(
            () => Evaluation.Run(folder.Path, model, null, CancellationToken.None));

        using var frame = NativeImage.Read(picture);
        Assert.Equal(
            $"{folder["ground_truth/dent/000_mask.png"]}: the mask is 32x16, expected {frame.Width}x{frame.Height}, "
            + "the size of test/dent/000.png",
            error.Message);
    }

    [Fact]
    public void Mask_that_cannot_be_read_is_refused_and_one_that_is_black_is_noted()
    {
        using var model = trained.Load();
        using var folder = new TemporaryFolder();
        using (var frame = NativeImage.Read(CopyOne(folder, "test/dent/000.png")))
        using (var black = NativeImage.Create(frame.Width, frame.Height, PixelFormat.Gray8))
        {
            Directory.CreateDirectory(folder["ground_truth/dent"]);
            black.Write(folder["ground_truth/dent/000_mask.png"]);
        }
        var report = Evaluation.Run(folder.Path, model, null, CancellationToken.None);
        File.WriteAllText(folder["ground_truth/dent/000_mask.png"], "no picture");
        var error = Assert.Throws<EvaluationException>(
            () => Evaluation.Run(folder.Path, model, null, CancellationToken.None));

        Assert.Contains(report.Notes, n => n.StartsWith("1 masks show no defect", StringComparison.Ordinal));
        Assert.StartsWith("the mask of test/dent/000.png cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_set_without_good_pictures_says_which_numbers_are_missing()
    {
        using var model = trained.Load();
        using var folder = new TemporaryFolder();
        CopyOne(folder, "test/dent/000.png");
        CopyOne(folder, "test/stray.png");
        Directory.CreateDirectory(folder["test/scratch"]);

        var report = Evaluation.Run(folder.Path, model, null, CancellationToken.None);

        Assert.Null(report.Total.ImageAuroc);
        Assert.Null(report.Total.PixelAuroc);
        Assert.Null(report.Total.AtThreshold.FalseRejectRate);
        Assert.Empty(report.Curve);
        Assert.Equal((0, 1, 1), (report.Total.Good, report.Total.Defective, report.WithoutMask));
        Assert.Equal(
            [
                "test/scratch has no pictures",
                "1 pictures are in test itself, in no class folder, and are left out",
                "there are no good pictures (test/good): image AUROC, average precision, best F1, precision and "
                    + "false-reject rate are missing",
                "1 of 1 defective pictures have no mask (ground_truth/<class>/<name>_mask.png) and are left out of "
                    + "pixel AUROC and AUPRO",
            ],
            report.Notes);
    }

    [Fact]
    public void Data_set_of_good_pictures_alone_still_tells_the_false_reject_rate()
    {
        using var model = trained.Load();
        using var folder = new TemporaryFolder();
        CopyOne(folder, "test/good/000.png");

        var report = Evaluation.Run(folder.Path, model, null, CancellationToken.None);

        Assert.Equal(0, report.Total.AtThreshold.FalseRejectRate);
        Assert.Equal(0.975, report.Total.AtThreshold.FalseRejectRateHigh!.Value, 1e-9);
        Assert.Contains("only the false-reject rate", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "found no folder 'test'")]
    [InlineData("test", "found no class folders")]
    [InlineData("test/good", "found no pictures in its class folders")]
    public void Folder_of_another_layout_is_refused(string inside, string expected)
    {
        using var model = trained.Load();
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder[inside]);

        var error = Assert.Throws<EvaluationException>(
            () => Evaluation.Run(folder.Path, model, null, CancellationToken.None));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private string CopyOne(TemporaryFolder folder, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.Copy(Directory.GetFiles(trained.Good)[0], folder[name]);
        return folder[name];
    }

    private sealed class Keeping : IEvaluationObserver
    {
        public List<float> Values { get; } = [];

        public List<bool> Defects { get; } = [];

        public int Done { get; private set; }

        public void Progressed(int done, int total) => Done = done;

        public void Judged(JudgedFrame judged)
        {
            Values.AddRange(judged.Inspector.Map());
            for (var y = 0; y < SimulatedBundle.Side; y++)
            {
                for (var x = 0; x < SimulatedBundle.Side; x++)
                    Defects.Add(judged.Mask is { } mask && IsWhite(mask, x, y));
            }
        }

        private static bool IsWhite(NativeImage mask, int x, int y)
        {
            var (column, row) = (x * mask.Width / SimulatedBundle.Side, y * mask.Height / SimulatedBundle.Side);
            return mask.Pixels[((row * mask.Width) + column) * (int)mask.Format] > 127;
        }
    }
}
