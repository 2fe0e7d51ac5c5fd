using System.Numerics.Tensors;
using System.Security.Cryptography;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Tests;

public sealed class TrainingTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>, IDisposable
{
    private const int Grid = SimulatedBundle.Side / 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_writes_a_bundle_that_says_what_it_was_made_of()
    {
        var manifest = Bundle.Open(trained.Directory).Manifest;

        Assert.Equal(trained.Report.BundleId, manifest.Id);
        Assert.Equal(SimulatedBundle.GoodParts, manifest.Coreset.Frames);
        Assert.Equal(SimulatedBundle.GoodParts * Grid * Grid, manifest.Coreset.Patches);
        Assert.Equal((int)(SimulatedBundle.GoodParts * Grid * Grid * 0.1), manifest.Coreset.Count);
        Assert.Equal(["expanded_conv_6", "expanded_conv_12"], manifest.Embedding.Layers);
        Assert.Equal(
            (Grid, Grid, 64 + 96),
            (manifest.Embedding.GridHeight, manifest.Embedding.GridWidth, manifest.Embedding.Dimension));
        Assert.Equal(("none", 8), (manifest.Scoring.Reweighting, manifest.Scoring.Sigma));
        Assert.Equal(3, manifest.GoldenImages.Length);
    }

    [Fact]
    public void Training_says_which_frame_and_patch_every_bank_vector_is()
    {
        using var model = trained.Load();
        var origins = BankOrigins.Read(model.Bundle)!;

        Assert.Equal(
            ImageFolder.List(trained.Good).Select(file => new OriginFrame(
                file, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))))),
            origins.Frames);
        using var embedder = FrameEmbedder.Of(model.Bundle, model.Session);
        using var image = NativeImage.Empty();
        var vector = new float[embedder.Dimension];
        for (var i = 0; i < model.Index.Count; i += 97)
        {
            image.ReadInto(origins.Frames[origins.FrameOf[i]].File);
            embedder.Embed(image);
            model.Index.Vector(i, vector);
            Assert.Equal(vector, embedder.Embedding.Slice(origins.PatchOf[i] * vector.Length, vector.Length));
        }
    }

    [Fact]
    public void Calibration_scores_each_frame_by_a_bank_that_has_not_met_it()
    {
        var bundle = Bundle.Open(trained.Directory);
        var calibration = bundle.Manifest.Calibration;

        Assert.Equal(SimulatedBundle.GoodParts, calibration.HeldOutFrames);
        Assert.Equal(calibration.Mean + (3 * calibration.Std), calibration.Threshold, 1e-3f);
        Assert.True(calibration.MapHigh > calibration.MapLow);
        // The first golden image is the first frame; a bank that knows it finds it far less strange.
        Assert.True(bundle.Manifest.GoldenImages[0].Score < 0.9f * calibration.Scores[0]);
    }

    [Fact]
    public void Training_twice_gives_the_same_bank()
    {
        var options = trained.Options with { BundleDirectory = _folder["again"] };
        Training.Run(options, new SilentProgress(), CancellationToken.None);

        Assert.Equal(
            Bundle.Open(trained.Directory).Manifest.Files["bank.faiss"],
            Bundle.Open(options.BundleDirectory).Manifest.Files["bank.faiss"]);
    }

    [Fact]
    public void Weights_of_more_layers_than_there_are_are_refused()
    {
        var options = trained.Options with
        {
            BundleDirectory = _folder["weighted"],
            PatchMap = new PatchMap { LayerWeights = [1, 1, 1] },
        };

        var e = Assert.Throws<TrainingException>(
            () => Training.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Equal("3 weights for 2 layers, expected one for each", e.Message);
        Assert.False(Path.Exists(options.BundleDirectory));
    }

    [Fact]
    public void Whitened_bundle_says_so_and_scores_its_golden_images_alike()
    {
        var options = trained.Options with
        {
            BundleDirectory = _folder["whitened"],
            PatchMap = new PatchMap { LayerWeights = [1, 0.5f], Whitening = 0.02, Dimensions = 40 },
        };
        Training.Run(options, new SilentProgress(), CancellationToken.None);

        using var model = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        var described = model.Bundle.Manifest.Embedding;
        Assert.Equal((0.02, 40), (described.Whitening, described.Dimension));
        Assert.Equal([1, 0.5f], described.LayerWeights);
        Assert.Equal(40, model.Index.Dimension);

        // Whitened, the 40 values of a good patch have a variance of at most 1 each: in all, about their number.
        using var run = model.Session.CreateRun();
        using var image = NativeImage.Read(ImageFolder.List(trained.Good)[0]);
        new FrameConverter(Preprocessing.From(model.Bundle.Manifest.Preprocessing)).Convert(image, run.Tensor);
        run.Execute();
        var energy = TensorPrimitives.SumOfSquares(run.Embedding) / run.Embedding.Length;
        Assert.InRange(energy, 0.5f, 1.1f);
    }

    [Fact]
    public void Seed_chooses_the_first_center()
    {
        // At ratio 1 every patch that differs is kept, so the bank that starts at patch 17 holds patch 0 too, later.
        var options = trained.Options with { Width = 64, Height = 64, CoresetRatio = 1 };
        var plain = FirstVector(options with { BundleDirectory = _folder["plain"] }, out var plainIndex);
        var seeded = FirstVector(options with { BundleDirectory = _folder["seeded"], Seed = 17 }, out var seededIndex);
        using (plainIndex)
        using (seededIndex)
        {
            Assert.NotEqual(plain, seeded);
            Assert.Equal(0, DistanceTo(seededIndex, plain));
            Assert.Equal(0, DistanceTo(plainIndex, seeded));
        }
    }

    [Fact]
    public void Frame_and_its_copies_count_as_one_that_never_meets_itself()
    {
        // Copies that hardly differ: in the bank that a frame is held against they would find it, and its score be 0.
        var options = trained.Options with { Width = 64, Height = 64, CoresetRatio = 1 };
        var augmentation = new AugmentationInfo { Copies = 2, Brightness = 0.004 };
        var plain = Trained(options with { BundleDirectory = _folder["plain"] });
        var varied = Trained(options with
        {
            BundleDirectory = _folder["varied"],
            Recipe = new Recipe { Augmentation = augmentation },
        });

        Assert.Null(plain.Augmentation);
        Assert.Equal(augmentation, varied.Augmentation);
        Assert.Equal(
            (SimulatedBundle.GoodParts, plain.Coreset.Patches * 3), (varied.Coreset.Frames, varied.Coreset.Patches));
        Assert.Equal(SimulatedBundle.GoodParts, varied.Calibration.HeldOutFrames);
        foreach (var (expected, found) in plain.Calibration.Scores.Zip(varied.Calibration.Scores))
            Assert.InRange(found, 0.8f * expected, 1.2f * expected);
        Assert.All(varied.GoldenImages, golden => Assert.Equal(0, golden.Score, 1e-2f));
        InspectionModel.Load(_folder["varied"], new ExecutionOptions()).Dispose();
    }

    [Fact]
    public void Few_unreadable_pictures_are_named_and_left_out()
    {
        var good = CopyOfGood();
        File.WriteAllText(Path.Combine(good, "005.png"), "no picture");
        var options = trained.Options with { GoodDirectory = good, BundleDirectory = _folder["some"] };

        var report = Training.Run(options, new SilentProgress(), CancellationToken.None);

        Assert.Equal(SimulatedBundle.GoodParts - 1, report.Frames);
        Assert.Equal(Path.Combine(good, "005.png"), Assert.Single(report.Unreadable).Path);
    }

    [Fact]
    public void Too_many_unreadable_pictures_stop_the_training_and_leave_no_bundle()
    {
        var good = CopyOfGood();
        File.WriteAllText(Path.Combine(good, "003.png"), "no picture");
        File.WriteAllText(Path.Combine(good, "005.png"), "");
        var options = trained.Options with { GoodDirectory = good, BundleDirectory = _folder["none"] };

        var error = Assert.Throws<TrainingException>(
            () => Training.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Contains("2 of 12 pictures cannot be used, at most 1 may be", error.Message, StringComparison.Ordinal);
        Assert.Contains("003.png", error.Message, StringComparison.Ordinal);
        Assert.Contains("005.png", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(options.BundleDirectory));
    }

    [Fact]
    public void Too_few_pictures_are_refused()
    {
        var good = CopyOfGood();
        foreach (var file in Directory.GetFiles(good).Order().Skip(4))
            File.Delete(file);

        var error = Assert.Throws<TrainingException>(
            () => Training.Run(
                trained.Options with { GoodDirectory = good }, new SilentProgress(), CancellationToken.None));

        Assert.Contains("found 4 pictures, expected at least 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_that_are_all_the_same_are_refused()
    {
        var good = CopyOfGood();
        foreach (var file in Directory.GetFiles(good))
            File.Copy(Directory.GetFiles(trained.Good)[0], file, overwrite: true);
        var options = trained.Options with { GoodDirectory = good, BundleDirectory = _folder["none"] };

        var error = Assert.Throws<TrainingException>(
            () => Training.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Contains("all pictures are the same", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_all_named()
    {
        var options = trained.Options with { Width = 8, CoresetRatio = 0, Seed = -1 };

        var error = Assert.Throws<TrainingException>(
            () => Training.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Equal(
            "size is 8x224, expected 32 to 4096; coreset ratio is 0, expected above 0, at most 1; "
                + "seed is -1, expected 0 or more",
            error.Message);
    }

    [Fact]
    public void Canceled_training_leaves_the_bundle_that_was_there()
    {
        var before = Bundle.Open(trained.Directory).Manifest.Id;
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => Training.Run(trained.Options, new SilentProgress(), canceled.Token));

        Assert.Equal(before, Bundle.Open(trained.Directory).Manifest.Id);
    }

    private static Manifest Trained(TrainingOptions options)
    {
        Training.Run(options, new SilentProgress(), CancellationToken.None);
        return Bundle.Open(options.BundleDirectory).Manifest;
    }

    private static float[] FirstVector(TrainingOptions options, out FaissIndex index)
    {
        Training.Run(options, new SilentProgress(), CancellationToken.None);
        index = FaissIndex.Open(Bundle.Open(options.BundleDirectory).IndexPath);
        var vector = new float[index.Dimension];
        index.Vector(0, vector);
        return vector;
    }

    private static float DistanceTo(FaissIndex index, float[] vector)
    {
        var distance = new float[1];
        index.Search(vector, 1, distance, new long[1]);
        return distance[0];
    }

    private string CopyOfGood()
    {
        var copy = Directory.CreateDirectory(_folder["good"]).FullName;
        foreach (var file in Directory.GetFiles(trained.Good))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }
}
