using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Tests;

/// <summary>Banks within limits of memory, size and time, against one without.</summary>
public sealed class BankSelectionTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_in_little_memory_scores_nearly_as_one_that_keeps_every_patch()
    {
        // 9,408 patches take 7 MiB.
        var report = Train(trained.Options with { MemoryMegabytes = 5 });

        var coreset = Bundle.Open(report.BundleDirectory).Manifest.Coreset;
        var whole = Bundle.Open(trained.Directory).Manifest.Coreset;
        Assert.Equal((whole.Frames, whole.Patches, whole.Count), (coreset.Frames, coreset.Patches, coreset.Count));
        Assert.Equal(("bound", 2, 2), (coreset.Coverage, coreset.Levels, coreset.LevelRadii.Length));
        Assert.Equal(coreset.LevelRadii.Sum(), coreset.CoverageRadius);
        Assert.InRange(coreset.Kept, coreset.Patches / 2, coreset.Patches * 3 / 5);
        Assert.Equal(("exact", 1), (whole.Coverage, whole.Levels));
        Assert.Equal([whole.CoverageRadius], whole.LevelRadii);
        Assert.Equal(whole.Patches, whole.Kept);

        var expected = Scores(trained.Directory, out var threshold);
        var scores = Scores(report.BundleDirectory, out var found);
        Assert.Equal(threshold, found, 0.1f * threshold);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], scores[i], 0.1f * expected[i]);
    }

    [Fact]
    public void Bank_with_a_limit_is_the_first_of_the_one_without()
    {
        var capped = Train(trained.Options with { BankMax = 100 });

        using var some = FaissIndex.Open(Bundle.Open(capped.BundleDirectory).IndexPath);
        using var all = FaissIndex.Open(Bundle.Open(trained.Directory).IndexPath);
        var (one, other) = (new float[some.Dimension], new float[some.Dimension]);
        Assert.Equal((100, 100), (some.Count, capped.BankCount));
        for (var i = 0; i < some.Count; i++)
        {
            some.Vector(i, one);
            all.Vector(i, other);
            Assert.Equal(other, one);
        }

        var manifest = Bundle.Open(capped.BundleDirectory).Manifest.Coreset;
        Assert.Equal(100, manifest.BankMax);
        Assert.True(manifest.CoverageRadius > Bundle.Open(trained.Directory).Manifest.Coreset.CoverageRadius);
    }

    [Fact]
    public void Bank_by_projection_and_latency_says_so()
    {
        // A minute: any machine searches that fast, and the bank stays as it is.
        var report = Train(trained.Options with { Projection = 24, BankLatencyMs = 60_000 });

        var coreset = Bundle.Open(report.BundleDirectory).Manifest.Coreset;
        Assert.Equal((24, trained.Report.BankCount), (coreset.Projection, coreset.Count));
        Assert.Equal((60_000, 784), (coreset.BankLatency!.BudgetMs, coreset.BankLatency.Queries));
        Assert.InRange(coreset.BankLatency.MeasuredMs, 0.001, 60_000);
        // The plain greedy covers best; projections to 24 of 160 dimensions do not fall far behind.
        var plain = Bundle.Open(trained.Directory).Manifest.Coreset.CoverageRadius;
        Assert.InRange(coreset.CoverageRadius, plain, 2 * plain);
    }

    [Fact]
    public void Latency_that_no_bank_keeps_is_refused_and_nothing_written()
    {
        var e = Assert.Throws<TrainingException>(() => Train(trained.Options with { BankLatencyMs = 1e-9 }));

        Assert.StartsWith("bank latency is 1E-09 ms, expected at least the ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(" ms of 14 vectors", e.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["bundle"]));
    }

    [Theory]
    [InlineData(10.0, 6_400, 1)] // 64 sizes, 100 vectors apart; all of them fit.
    [InlineData(0.6401, 6_400, 1)]
    [InlineData(0.317, 3_100, 7)]
    [InlineData(0.01, 100, 7)]
    public void Largest_bank_within_a_budget_is_found(double budget, int vectors, int measurements)
    {
        var asked = new List<int>();

        var (found, took) = LatencyBudget.Largest(6_400, budget, count =>
        {
            asked.Add(count);
            return count * 0.0001;
        });

        Assert.Equal((vectors, vectors * 0.0001), (found, took));
        Assert.InRange(asked.Count, 1, measurements);
    }

    [Theory]
    [InlineData(1, 0, 0, "the memory is 1 MiB, expected 2 or more: 1 of 12 frames with 784 patches each")]
    [InlineData(1024, 161, 0, "projection is to 161 values, expected at most the 160 that patches have")]
    [InlineData(0, -1, -1, "bank latency is -1 ms, expected 0 to 60000; "
        + "projection is to -1 values, expected 1 or more, or 0 for none; memory is 0 MiB, expected 1 to 1048576")]
    public void Limits_that_cannot_be_kept_are_refused(int memory, int projection, double latency, string reason)
    {
        var e = Assert.Throws<TrainingException>(() => Train(trained.Options with
        {
            MemoryMegabytes = memory,
            Projection = projection,
            BankLatencyMs = latency,
        }));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["bundle"]));
    }

    [Fact]
    public void Frame_that_is_gone_when_it_is_needed_again_is_named()
    {
        var good = Directory.CreateDirectory(_folder["good"]).FullName;
        foreach (var file in Directory.GetFiles(trained.Good))
            File.Copy(file, Path.Combine(good, Path.GetFileName(file)));
        var first = ImageFolder.List(good)[0];
        var vanishing = new Vanishing(first);

        var e = Assert.Throws<TrainingException>(() => Training.Run(
            trained.Options with { GoodDirectory = good, BundleDirectory = _folder["bundle"], MemoryMegabytes = 5 },
            vanishing, CancellationToken.None));

        Assert.StartsWith($"{first}: was used before and no longer can be: ", e.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["bundle"]));
    }

    private TrainingReport Train(TrainingOptions options) => Training.Run(
        options with { BundleDirectory = _folder["bundle"] }, new SilentProgress(), CancellationToken.None);

    /// <summary>Of every frame of the test set, which no training has met.</summary>
    private float[] Scores(string bundle, out float threshold)
    {
        using var model = InspectionModel.Load(bundle, new ExecutionOptions());
        using var inspector = model.CreateInspector();
        threshold = model.Bundle.Manifest.Calibration.Threshold;
        return [.. Directory.GetFiles(Path.Combine(trained.Dataset, "test"), "*.png", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(path =>
            {
                using var frame = NativeImage.Read(path);
                return inspector.Inspect(frame).Score.Score;
            })];
    }

    /// <summary>Takes a picture away when the coreset is selected.</summary>
    private sealed class Vanishing(string path) : ITrainingProgress
    {
        public void Report(string stage, long done, long total)
        {
            if (stage == "coreset")
                File.Delete(path);
        }
    }
}
