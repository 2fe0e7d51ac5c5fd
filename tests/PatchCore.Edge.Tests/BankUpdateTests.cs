using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests;

/// <summary>A bank of plain parts is shown parts with a label on.</summary>
public sealed class BankUpdateTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>, IDisposable
{
    private const int Patches = 28 * 28;

    private readonly LabeledParts _parts = new(trained);

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void False_alarms_on_added_frames_are_gone()
    {
        var options = _parts.Options();
        using var before = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        using var after = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        Assert.Equal((6, 6L * Patches), (report.Frames, report.Patches));
        Assert.Equal(6, _parts.CountFails(before));
        Assert.Equal(0, _parts.CountFails(after));
        Assert.Equal((6, 0), (report.Before.FalseAlarms, report.After.FalseAlarms));
        Assert.Equal(after.Index.Count, report.After.Vectors);
        Assert.InRange(report.After.Vectors, report.Before.Vectors + 1, report.Before.Vectors + (6 * Patches / 10));
        Assert.True(LabeledParts.IsFail(after, Path.Combine(trained.Dataset, "test", "missing_hole", "000.png")));
    }

    [Fact]
    public void New_version_says_what_was_added_and_the_old_one_is_kept()
    {
        var options = _parts.Options();
        var was = Bundle.Open(options.BundleDirectory).Manifest;

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        var bundle = Bundle.Open(options.BundleDirectory);
        var (now, step) = (bundle.Manifest, bundle.Manifest.Provenance[^1]);
        Assert.Equal((report.BundleId, "add", was.Id), (now.Id, step.Operation, step.Parent));
        Assert.Equal(
            $"6 good frames of {options.GoodDirectory}, {now.Index.Count - was.Index.Count} vectors", step.What);
        Assert.Equal([was.Id], BundleVersions.Of(options.BundleDirectory).Select(version => version.Id));
        Assert.Equal(
            (was.Coreset.Frames + 6, was.Coreset.Patches + (6 * Patches), now.Index.Count),
            (now.Coreset.Frames, now.Coreset.Patches, now.Coreset.Count));
        Assert.Equal((report.After.CoverageRadius, was.Coreset.CoverageRadius),
            (now.Coreset.CoverageRadius, was.Coreset.CoverageRadius));
        // Old frames first, each by a larger bank than before; then the added ones.
        Assert.Equal(SimulatedBundle.GoodParts + 6, now.Calibration.HeldOutFrames);
        Assert.Equal(SimulatedBundle.GoodParts, report.Rescored);
        for (var i = 0; i < was.Calibration.HeldOutFrames; i++)
            Assert.InRange(now.Calibration.Scores[i], 0, was.Calibration.Scores[i] * 1.001f);
    }

    [Fact]
    public void Origins_name_the_added_frames_after_the_old_ones()
    {
        var options = _parts.Options();
        var was = BankOrigins.Read(Bundle.Open(options.BundleDirectory))!;

        BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        using var model = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        var now = BankOrigins.Read(model.Bundle)!;
        Assert.Equal(
            was.Frames.Concat(ImageFolder.List(options.GoodDirectory).Select(OriginFrame.Of)), now.Frames);
        Assert.Equal(was.FrameOf, now.FrameOf.Take(was.FrameOf.Count));
        var picked = Enumerable.Range(was.FrameOf.Count, now.FrameOf.Count - was.FrameOf.Count).ToArray();
        Assert.All(picked, i => Assert.InRange(now.FrameOf[i], SimulatedBundle.GoodParts, now.Frames.Count - 1));
        using var embedder = FrameEmbedder.Of(model.Bundle, model.Session);
        var vector = new float[embedder.Dimension];
        foreach (var i in (int[])[picked[0], picked[^1]])
        {
            using var image = NativeImage.Read(now.Frames[now.FrameOf[i]].File);
            embedder.Embed(image);
            model.Index.Vector(i, vector);
            Assert.Equal(vector, embedder.Embedding.Slice(now.PatchOf[i] * vector.Length, vector.Length));
        }
    }

    [Fact]
    public void Frames_in_the_bank_already_are_skipped_and_named()
    {
        var options = _parts.Options();
        var known = Path.Combine(options.GoodDirectory, "known.png");
        File.Copy(ImageFolder.List(trained.Good)[3], known);
        File.Copy(ImageFolder.List(options.GoodDirectory)[0], Path.Combine(options.GoodDirectory, "twice.png"));

        var first = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);
        var again = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        Assert.Equal(6, first.Frames);
        Assert.Equal([known, Path.Combine(options.GoodDirectory, "twice.png")], first.Known);
        Assert.Equal((0, null, 8), (again.Frames, again.BundleId, again.Known.Count));
        Assert.Equal(first.BundleId, Bundle.Open(options.BundleDirectory).Manifest.Id);
    }

    [Fact]
    public void Bank_stays_within_its_cap_and_what_still_fails_is_counted()
    {
        var options = _parts.Options();
        foreach (var file in ImageFolder.List(options.GoodDirectory).Skip(1))
            File.Delete(file);
        var count = Bundle.Open(options.BundleDirectory).Manifest.Index.Count;

        var report = BankUpdate.Run(
            options with { MostVectors = count }, new SilentProgress(), CancellationToken.None);

        using var after = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        Assert.Equal((count, count), (report.After.Vectors, after.Index.Count));
        Assert.Equal((1, 1), (report.Before.FalseAlarms, report.After.FalseAlarms));
        Assert.Equal(1, _parts.CountFails(after));
        Assert.True(report.After.CoverageRadius > report.Before.CoverageRadius);
    }

    [Theory]
    [InlineData(5, null, 5)]
    [InlineData(0, 1.0025, 2)]
    [InlineData(5, 1.0025, 2)]
    public void Bank_keeps_within_what_its_training_was_allowed(int more, double? budget, int expected)
    {
        var options = _parts.Options();
        var bundle = Bundle.Open(options.BundleDirectory);
        var (coreset, count) = (bundle.Manifest.Coreset, bundle.Manifest.Index.Count);
        BundleWriter.Revise(bundle, bundle.Manifest with
        {
            Coreset = coreset with
            {
                BankMax = more == 0 ? 0 : count + more,
                BankLatency = budget is { } ms
                    ? new BankLatencyInfo { BudgetMs = ms * 10, MeasuredMs = 10, Queries = Patches }
                    : null,
            },
        });

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        Assert.Equal(count + expected, report.After.Vectors);
        var now = Bundle.Open(options.BundleDirectory).Manifest.Coreset;
        Assert.Equal((count + expected, "bound"), (now.Count, now.Coverage));
        Assert.Equal([now.CoverageRadius], now.LevelRadii);
        Assert.Equal(coreset.Kept + (6 * Patches), now.Kept);
    }

    [Fact]
    public void Dry_run_tells_the_same_and_writes_nothing()
    {
        var options = _parts.Options();
        var id = Bundle.Open(options.BundleDirectory).Manifest.Id;

        var dry = BankUpdate.Run(options with { DryRun = true }, new SilentProgress(), CancellationToken.None);

        Assert.Null(dry.BundleId);
        Assert.Equal(id, Bundle.Open(options.BundleDirectory).Manifest.Id);
        Assert.Empty(BundleVersions.Of(options.BundleDirectory));
        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);
        Assert.Equal(dry.After, report.After);
    }

    [Fact]
    public void Recorded_scores_stay_where_a_frame_is_gone()
    {
        var options = _parts.Options(goneFrames: true);
        var was = Bundle.Open(options.BundleDirectory).Manifest.Calibration;

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        var now = Bundle.Open(options.BundleDirectory).Manifest.Calibration;
        Assert.Equal(0, report.Rescored);
        Assert.Equal(was.Scores, now.Scores.Take(was.Scores.Length));
        Assert.Equal(was.Scores.Length + 6, now.HeldOutFrames);
        Assert.Equal((0, 6), (report.After.FalseAlarms, report.Before.FalseAlarms));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whitened_bank_and_that_of_several_scales_grow_too(bool whitened)
    {
        var options = _parts.Options();
        var small = trained.Options with { BundleDirectory = options.BundleDirectory, Width = 96, Height = 96 };
        Training.Run(
            whitened
                ? small with { PatchMap = new PatchMap { Whitening = 0.02 } }
                : small with { Others = [new EmbeddingMember(trained.Backbone, ["6"], 0.67)] },
            new SilentProgress(), CancellationToken.None);

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        using var after = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        Assert.Equal((6, 0), (report.Frames, _parts.CountFails(after)));
        Assert.True(report.After.Vectors > report.Before.Vectors);
    }

    [Fact]
    public void Bundle_without_origins_grows_and_stays_without()
    {
        var options = _parts.Options();
        var bundle = Bundle.Open(options.BundleDirectory);
        BundleWriter.Revise(bundle, bundle.Manifest, staging => File.Delete(Path.Combine(staging, "origins.json")));

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        Assert.Equal((0, 0), (report.Rescored, report.After.FalseAlarms));
        Assert.Null(BankOrigins.Read(Bundle.Open(options.BundleDirectory)));
    }
}
