using System.Diagnostics;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>From a folder of good images to a model bundle, top to bottom.</summary>
public static class Training
{
    private const int GoldenImages = 3;

    /// <exception cref="TrainingException">Too few or too many unreadable pictures, or options out of
    /// range.</exception>
    /// <exception cref="BackboneException">The backbone or a layer of it does not fit.</exception>
    /// <exception cref="BundleException">The bundle cannot be written.</exception>
    /// <exception cref="CameraException">The folder of good pictures cannot be listed.</exception>
    /// <exception cref="NativeException">The native library is missing or of another version.</exception>
    public static TrainingReport Run(TrainingOptions options, ITrainingProgress progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        options.Validate();
        NativeLibraryInfo.Verify();
        var clock = Stopwatch.StartNew();
        var staging = Directory.CreateTempSubdirectory("patchcore-training-");
        try
        {
            var graphPath = Path.Combine(staging.FullName, Bundle.EmbeddingName);
            var backbone = BackboneModel.Load(options.BackbonePath);
            var graph = EmbeddingGraph.Build(Members(options), options.Width, options.Height, graphPath);
            var preprocessing = Describe(backbone.Metadata, graph);
            var weights = GoodFrames.Balance(
                options, graphPath, graph, Preprocessing.From(preprocessing), progress, stop);
            var whitened = GoodFrames.Whiten(options, graphPath, Preprocessing.From(preprocessing), progress, stop);
            using var session = new EmbeddingSession(graphPath, options.Execution);
            using var embedder = GoodFrames.CreateEmbedder(options, session, Preprocessing.From(preprocessing));
            var good = GoodFrames.Embed(options, embedder, progress, stop);

            var coreset = SelectCoreset(good.Embeddings, options, progress, stop);
            var calibration = Calibrate(good, coreset, options, progress, stop);
            var bank = MemoryBank.From(good.Embeddings, coreset);
            using var index = FaissIndex.Build(bank);

            var now = TimeProvider.System.GetUtcNow();
            var manifest = new Manifest
            {
                Id = Manifest.NewId(now),
                Version = Manifest.ProgramVersion,
                CreatedAt = now,
                Provenance = [Provenance(good, options, now)],
                Backbone = Describe(backbone),
                Preprocessing = preprocessing,
                Geometry = Describe(options.Recipe.Geometry, good),
                Embedding = Describe(graph) with { Whitening = whitened ? options.Whitening : 0 },
                Ensemble = DescribeEnsemble(graph, weights),
                Coreset = new CoresetInfo
                {
                    Frames = good.Embeddings.Frames,
                    Patches = good.Embeddings.Count,
                    Count = bank.Count,
                    Ratio = options.CoresetRatio,
                    Seed = options.Seed,
                    CoverageRadius = coreset.CoverageRadius,
                },
                Index = new IndexInfo
                {
                    Kind = "flat-l2",
                    Metric = "l2",
                    Count = bank.Count,
                    Dimension = bank.Dimension,
                },
                Scoring = options.Scoring.ToInfo(),
                Calibration = calibration,
                GoldenImages = ScoreGoldenImages(good, index, options),
            };
            BundleWriter.Write(options.BundleDirectory, manifest, folder =>
            {
                File.Copy(graphPath, Path.Combine(folder, Bundle.EmbeddingName));
                index.Save(Path.Combine(folder, Bundle.IndexName));
                SaveGoldenImages(good, manifest.GoldenImages, folder);
                embedder.Reference?.Write(Path.Combine(folder, Bundle.ReferenceName));
            });

            return new TrainingReport(
                options.BundleDirectory, manifest.Id, good.Embeddings.Frames, good.Unreadable, good.Embeddings.Count,
                bank.Count, bank.Dimension, calibration.Threshold, clock.Elapsed);
        }
        finally
        {
            staging.Delete(recursive: true);
        }
    }

    /// <summary>
    /// What good parts score that the bank has never seen: each frame is held against the bank without its own patches,
    /// which is the bank it would meet on the line, less one frame in all.
    /// </summary>
    private static CalibrationInfo Calibrate(
        GoodFrames good, CoresetSelection coreset, TrainingOptions options, ITrainingProgress progress,
        CancellationToken stop)
    {
        var embedding = new float[good.PatchesPerFrame * good.Embeddings.Dimension];
        var frames = EvenlySpaced(options.CalibrationFrames, good.Embeddings.Frames);
        var scores = new List<float>();
        var hottest = new List<float>();
        for (var i = 0; i < frames.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("calibration", i, frames.Length);
            if (MemoryBank.Without(frames[i], good.Embeddings, coreset) is not { } others)
                continue;
            using var index = FaissIndex.Build(others);
            var scorer = good.CreateScorer(index, options.Scoring);
            good.CopyEmbedding(frames[i], embedding);
            scores.Add(scorer.Score(embedding).Score);
            hottest.Add(TensorPrimitives.Max(scorer.Map()));
        }

        progress.Report("calibration", frames.Length, frames.Length);
        if (scores.TrueForAll(score => score == 0))
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: all pictures are the same, so that nothing says how good parts differ");
        }

        return Calibration.FromGood(scores, hottest);
    }

    private static CoresetSelection SelectCoreset(
        EmbeddingStore embeddings, TrainingOptions options, ITrainingProgress progress, CancellationToken stop)
    {
        var count = Math.Max(1, (int)(embeddings.Count * options.CoresetRatio));
        return Coreset.Select(
            embeddings, count, options.Seed % embeddings.Count, new Picks(count, progress), stop);
    }

    private static GoldenImage[] ScoreGoldenImages(GoodFrames good, FaissIndex index, TrainingOptions options)
    {
        var scorer = good.CreateScorer(index, options.Scoring);
        var embedding = new float[good.PatchesPerFrame * good.Embeddings.Dimension];
        return [.. EvenlySpaced(GoldenImages, good.Embeddings.Frames).Select((frame, i) =>
        {
            good.CopyEmbedding(frame, embedding);
            return new GoldenImage { File = $"golden/{i:000}.png", Score = scorer.Score(embedding).Score };
        })];
    }

    private static void SaveGoldenImages(GoodFrames good, GoldenImage[] images, string folder)
    {
        foreach (var (golden, frame) in images.Zip(EvenlySpaced(images.Length, good.Embeddings.Frames)))
        {
            var path = Path.Combine(folder, golden.File);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var image = NativeImage.Read(good.Paths[frame]);
            image.Write(path);
        }
    }

    /// <summary>
    /// So many of the numbers from 0 to below <paramref name="total"/>, the first and the last among them; all if there
    /// are fewer.
    /// </summary>
    internal static int[] EvenlySpaced(int count, int total) => count >= total
        ? [.. Enumerable.Range(0, total)]
        : [.. Enumerable.Range(0, count).Select(i => (int)((long)i * (total - 1) / (count - 1)))];

    private static GeometryInfo Describe(GeometryInfo geometry, GoodFrames good) => geometry with
    {
        Frame = geometry.Frame ?? (good.Sizes.Count == 1 ? good.Sizes[0] : null),
        Alignment = geometry.Alignment is { } alignment ? alignment with { Reference = Bundle.ReferenceName } : null,
    };

    private static BackboneInfo Describe(BackboneModel backbone) => new()
    {
        Name = backbone.Metadata.Name,
        Source = backbone.Metadata.Source,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(backbone.Path))),
    };

    private static EnsembleMember[] DescribeEnsemble(EmbeddingGraphInfo graph, float[] weights) =>
        graph.Members.Count < 2 ? [] : [.. graph.Members.Zip(weights, (member, weight) => new EnsembleMember
        {
            Backbone = Describe(BackboneModel.Load(member.BackbonePath)),
            Layers = [.. member.Layers],
            Width = member.Width,
            Height = member.Height,
            Dimension = member.Dimension,
            Weight = weight,
        })];

    private static EmbeddingMember[] Members(TrainingOptions options)
    {
        EmbeddingMember[] members = [new(options.BackbonePath, options.Layers, options.Scale), .. options.Others];
        return [.. members.Select(member => member.Layers.Count > 0
            ? member
            : member with { Layers = BackboneModel.Load(member.BackbonePath).Outputs })];
    }

    private static PreprocessingInfo Describe(BackboneMetadata expected, EmbeddingGraphInfo graph) => new()
    {
        Width = graph.Width,
        Height = graph.Height,
        Mean = [.. expected.Mean],
        Std = [.. expected.Std],
        Scale = expected.Scale,
        ColorOrder = expected.Rgb ? "rgb" : "bgr",
        Interpolation = "area",
    };

    private static EmbeddingInfo Describe(EmbeddingGraphInfo graph) => new()
    {
        Layers = [.. graph.Layers],
        Input = graph.InputName,
        Output = graph.OutputName,
        GridHeight = graph.GridHeight,
        GridWidth = graph.GridWidth,
        Dimension = graph.Dimension,
    };

    private static ProvenanceInfo Provenance(GoodFrames good, TrainingOptions options, DateTimeOffset now) => new()
    {
        Operation = ProvenanceInfo.Train,
        At = now,
        What = $"{good.Paths.Count} good frames of {options.GoodDirectory}",
    };

    private sealed class Picks(int count, ITrainingProgress progress) : IProgress<int>
    {
        public void Report(int value) => progress.Report("coreset", value, count);
    }
}
