using PatchCore.Edge.Bundles;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

public sealed class InspectionModelTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    [Fact]
    public void Golden_image_that_scores_differently_here_is_refused()
    {
        using var folder = new TemporaryFolder();
        var bundle = Bundle.Open(trained.Directory);
        var golden = bundle.Manifest.GoldenImages;
        golden[1] = golden[1] with { Score = golden[1].Score + (0.02f * bundle.Manifest.Calibration.Threshold) };
        BundleWriter.Write(
            folder["changed"], bundle.Manifest with { GoldenImages = golden }, staging => CopyFiles(bundle, staging));

        var error = Assert.Throws<BundleException>(() => InspectionModel.Load(folder["changed"], new()));

        Assert.Contains("golden/001.png scores", error.Message, StringComparison.Ordinal);
        Assert.Contains("on CPU here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bank_of_another_dimension_is_refused()
    {
        using var folder = new TemporaryFolder();
        var bundle = Bundle.Open(trained.Directory);
        BundleWriter.Write(folder["changed"], bundle.Manifest, staging =>
        {
            CopyFiles(bundle, staging);
            using var other = NativeIndex.CreateFlatL2(8);
            other.Add(new float[16]);
            other.Write(Path.Combine(staging, Bundle.IndexName));
        });

        var error = Assert.Throws<BundleException>(() => InspectionModel.Load(folder["changed"], new()));

        Assert.Contains(
            "index dimension is 8, the manifest says 160; index count is 2, ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_of_another_image_of_as_many_pixels_is_refused()
    {
        using var folder = new TemporaryFolder();
        var bundle = Bundle.Open(trained.Directory);
        var preprocessing = bundle.Manifest.Preprocessing with { Width = 448, Height = 112 };
        BundleWriter.Write(
            folder["changed"], bundle.Manifest with { Preprocessing = preprocessing },
            staging => CopyFiles(bundle, staging));

        var error = Assert.Throws<BundleException>(() => InspectionModel.Load(folder["changed"], new()));

        Assert.Equal(
            "image width is 224, the manifest says 448; image height is 224, the manifest says 112", error.Reason);
    }

    [Fact]
    public void Inspecting_allocates_nothing_once_warm()
    {
        using var model = trained.Load();
        using var inspector = model.CreateInspector();
        using var image = NativeImage.Read(Directory.GetFiles(trained.Good)[0]);
        inspector.Inspect(image);
        _ = inspector.Map();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            inspector.Inspect(image);
            _ = inspector.Map();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Inspectors_of_one_model_do_not_disturb_each_other()
    {
        using var model = trained.Load();
        var files = Directory.GetFiles(trained.Good).Order().ToArray();
        var alone = files.Select(file => Score(model, file)).ToArray();
        var together = new float[files.Length];

        Parallel.For(0, files.Length, i => together[i] = Score(model, files[i]));

        Assert.Equal(alone, together);
    }

    [Fact]
    public void Map_of_the_part_before_is_gone_when_an_inspection_fails()
    {
        using var model = trained.Load();
        using var inspector = model.CreateInspector();
        using var image = NativeImage.Read(Directory.GetFiles(trained.Good)[0]);
        using var empty = NativeImage.Empty();
        inspector.Inspect(image);
        _ = inspector.Map();

        Assert.Throws<NativeException>(() => inspector.Inspect(empty));

        Assert.Throws<InvalidOperationException>(() => inspector.Map().Length);
    }

    [Fact]
    public void Inspector_that_outlives_its_model_says_so_instead_of_crashing()
    {
        var model = trained.Load();
        using var inspector = model.CreateInspector();
        using var image = NativeImage.Read(Directory.GetFiles(trained.Good)[0]);
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => inspector.Inspect(image));
    }

    [Fact]
    public void Inspector_that_was_disposed_says_so_instead_of_crashing()
    {
        using var model = trained.Load();
        var inspector = model.CreateInspector();
        using var image = NativeImage.Read(Directory.GetFiles(trained.Good)[0]);
        inspector.Dispose();

        Assert.Throws<ObjectDisposedException>(() => inspector.Inspect(image));
    }

    [Fact]
    public void Threshold_of_a_line_decides_instead_of_the_bundles()
    {
        using var model = trained.Load();
        using var inspector = model.CreateInspector();
        using var image = NativeImage.Read(Directory.GetFiles(trained.Good)[0]);
        var score = inspector.Inspect(image).Score.Score;

        inspector.Threshold = score - 0.01f;
        Assert.Equal(Verdict.Fail, inspector.Inspect(image).Verdict);
        inspector.Threshold = score;
        Assert.Equal(Verdict.Pass, inspector.Inspect(image).Verdict);
        inspector.Threshold = float.NaN;
        var unusable = inspector.Inspect(image);
        Assert.Equal(Verdict.Error, unusable.Verdict);
        Assert.EndsWith("and the threshold NaN, expected finite numbers", unusable.Reason, StringComparison.Ordinal);
    }

    private static float Score(InspectionModel model, string file)
    {
        using var inspector = model.CreateInspector();
        using var image = NativeImage.Read(file);
        return inspector.Inspect(image).Score.Score;
    }

    private static void CopyFiles(Bundle bundle, string staging)
    {
        foreach (var name in bundle.Manifest.Files.Keys)
        {
            var path = Path.Combine(staging, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(bundle.PathOf(name), path);
        }
    }
}
