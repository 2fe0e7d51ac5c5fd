using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

/// <summary>A bank of plain parts is shown parts with a label on.</summary>
public sealed class BankUpdateTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>, IDisposable
{
    private const int Patches = 28 * 28;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void False_alarms_on_added_frames_are_gone()
    {
        var options = Options();
        using var before = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        using var after = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        Assert.Equal((6, 6L * Patches), (report.Frames, report.Patches));
        Assert.Equal(6, CountFails(before));
        Assert.Equal(0, CountFails(after));
        Assert.Equal((6, 0), (report.Before.FalseAlarms, report.After.FalseAlarms));
        Assert.Equal(after.Index.Count, report.After.Vectors);
        Assert.InRange(report.After.Vectors, report.Before.Vectors + 1, report.Before.Vectors + (6 * Patches / 10));
        Assert.True(IsFail(after, Path.Combine(trained.Dataset, "test", "missing_hole", "000.png")));
    }

    [Fact]
    public void New_version_says_what_was_added_and_the_old_one_is_kept()
    {
        var options = Options();
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
        var options = Options();
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
        var options = Options();
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
        var options = Options();
        foreach (var file in ImageFolder.List(options.GoodDirectory).Skip(1))
            File.Delete(file);
        var count = Bundle.Open(options.BundleDirectory).Manifest.Index.Count;

        var report = BankUpdate.Run(
            options with { MostVectors = count }, new SilentProgress(), CancellationToken.None);

        using var after = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        Assert.Equal((count, count), (report.After.Vectors, after.Index.Count));
        Assert.Equal((1, 1), (report.Before.FalseAlarms, report.After.FalseAlarms));
        Assert.Equal(1, CountFails(after));
        Assert.True(report.After.CoverageRadius > report.Before.CoverageRadius);
    }

    [Fact]
    public void Bank_beyond_its_cap_is_refused()
    {
        var options = Options();
        var was = Bundle.Open(options.BundleDirectory).Manifest;

        var error = Refused(options with { MostVectors = was.Index.Count - 1 });

        Assert.Equal(
            $"{options.BundleDirectory}: the memory bank has {was.Index.Count} vectors, "
                + $"expected at most {was.Index.Count - 1}: none can be added",
            error.Message);
    }

    [Fact]
    public void Dry_run_tells_the_same_and_writes_nothing()
    {
        var options = Options();
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
        var options = Options(goneFrames: true);
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
        var options = Options();
        var small = trained.Options with { BundleDirectory = options.BundleDirectory, Width = 96, Height = 96 };
        Training.Run(
            whitened
                ? small with { Whitening = 0.02 }
                : small with { Others = [new EmbeddingMember(trained.Backbone, ["6"], 0.67)] },
            new SilentProgress(), CancellationToken.None);

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        using var after = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        Assert.Equal((6, 0), (report.Frames, CountFails(after)));
        Assert.True(report.After.Vectors > report.Before.Vectors);
    }

    [Fact]
    public void Folder_without_pictures_is_refused()
    {
        var options = Options() with { GoodDirectory = Directory.CreateDirectory(_folder["empty"]).FullName };

        Assert.Equal(
            $"{options.GoodDirectory}: found no pictures, expected .png .jpg .jpeg .bmp .tif .tiff",
            Refused(options).Message);
    }

    [Fact]
    public void Folder_without_a_readable_picture_is_refused()
    {
        var options = Options() with { GoodDirectory = Directory.CreateDirectory(_folder["text"]).FullName };
        File.WriteAllText(Path.Combine(options.GoodDirectory, "a.png"), "no picture");

        var error = Refused(options);

        Assert.Contains("1 of 1 pictures cannot be used, at most 0 may be", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frame_of_another_size_than_the_geometry_expects_is_refused()
    {
        var options = Options();
        var first = NativeImage.Read(ImageFolder.List(trained.Good)[0]);
        var (width, height) = (first.Width, first.Height);
        first.Dispose();
        Train(options, new GeometryInfo { Region = [[[0, 0], [width, 0], [width, height / 2], [0, height / 2]]] });
        using (var odd = NativeImage.Create(width + 1, height, PixelFormat.Bgr24))
            odd.Write(Path.Combine(options.GoodDirectory, "odd.png"));

        var error = Refused(options);

        Assert.Contains("odd.png: cannot be added: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{width + 1}x{height}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_in_which_no_part_is_found_are_named()
    {
        var options = Options();
        Train(options, new GeometryInfo { Alignment = new() { Template = [40, 40, 144, 144] } });
        foreach (var file in Directory.GetFiles(options.GoodDirectory))
        {
            using var blank = NativeImage.Read(file);
            blank.Pixels.Clear();
            blank.Write(file);
        }

        var error = Refused(options);

        Assert.Contains("pictures cannot be used", error.Message, StringComparison.Ordinal);
        Assert.Contains("part", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embedding_that_is_not_finite_is_refused()
    {
        var options = Options();
        using var model = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        var preprocessing = model.Bundle.Manifest.Preprocessing with { Scale = 3e38f };
        using var embedder = new FrameEmbedder(model.Session, Preprocessing.From(preprocessing));

        var error = Assert.Throws<TrainingException>(() => AddedFrames.Embed(
            options, embedder, null, new SilentProgress(), CancellationToken.None));

        Assert.Contains("000.png: cannot be added: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("a value that is not finite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bundle_that_scores_its_golden_images_differently_is_refused()
    {
        var options = Options();
        var bundle = Bundle.Open(options.BundleDirectory);
        var golden = Array.ConvertAll(bundle.Manifest.GoldenImages, g => g with { Score = g.Score + 100 });
        BundleWriter.Revise(bundle, bundle.Manifest with { GoldenImages = golden });

        var error = Assert.Throws<BundleException>(
            () => BankUpdate.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Contains("golden/000.png scores", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bundle_without_origins_grows_and_stays_without()
    {
        var options = Options();
        var bundle = Bundle.Open(options.BundleDirectory);
        BundleWriter.Revise(bundle, bundle.Manifest, staging => File.Delete(Path.Combine(staging, "origins.json")));

        var report = BankUpdate.Run(options, new SilentProgress(), CancellationToken.None);

        Assert.Equal((0, 0), (report.Rescored, report.After.FalseAlarms));
        Assert.Null(BankOrigins.Read(Bundle.Open(options.BundleDirectory)));
    }

    /// <summary>A bundle of its own, and six parts with what none that it has seen has on it.</summary>
    private BankUpdateOptions Options(bool goneFrames = false)
    {
        var bundle = _folder["bundle"];
        foreach (var file in Directory.GetFiles(trained.Directory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(bundle, Path.GetRelativePath(trained.Directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        if (goneFrames)
        {
            var opened = Bundle.Open(bundle);
            var origins = BankOrigins.Read(opened)!;
            var frames = origins.Frames.ToArray();
            frames[2] = frames[2] with { File = "/gone/002.png" };
            BundleWriter.Revise(opened, opened.Manifest, staging =>
                (origins with { Frames = frames }).Write(Path.Combine(staging, Bundle.OriginsName)));
        }

        var good = Directory.CreateDirectory(_folder["labeled"]).FullName;
        foreach (var file in ImageFolder.List(Path.Combine(trained.Dataset, "test", "good")))
        {
            using var image = NativeImage.Read(file);
            Label(image);
            image.Write(Path.Combine(good, Path.GetFileName(file)));
        }

        return new BankUpdateOptions { BundleDirectory = bundle, GoodDirectory = good };
    }

    private static void Label(NativeImage image)
    {
        var (width, bytes) = (image.Width, (int)image.Format);
        var pixels = image.Pixels;
        for (var y = 20; y < 70; y++)
        {
            for (var x = 20; x < 90; x++)
                pixels.Slice(((y * width) + x) * bytes, bytes).Fill((byte)((x + y) / 6 % 2 == 0 ? 10 : 245));
        }
    }

    private void Train(BankUpdateOptions options, GeometryInfo geometry) => Training.Run(
        trained.Options with
        {
            BundleDirectory = options.BundleDirectory,
            Width = 64,
            Height = 64,
            Recipe = new Recipe { Geometry = geometry },
        },
        new SilentProgress(), CancellationToken.None);

    private static TrainingException Refused(BankUpdateOptions options)
    {
        var id = Bundle.Open(options.BundleDirectory).Manifest.Id;
        var versions = BundleVersions.Of(options.BundleDirectory).Count;

        var error = Assert.Throws<TrainingException>(
            () => BankUpdate.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Equal(id, Bundle.Open(options.BundleDirectory).Manifest.Id);
        Assert.Equal(versions, BundleVersions.Of(options.BundleDirectory).Count);
        return error;
    }

    private int CountFails(InspectionModel model) =>
        ImageFolder.List(_folder["labeled"]).Count(file => IsFail(model, file));

    private static bool IsFail(InspectionModel model, string file)
    {
        using var inspector = model.CreateInspector();
        using var image = NativeImage.Read(file);
        return inspector.Inspect(image).Verdict == Verdict.Fail;
    }
}
