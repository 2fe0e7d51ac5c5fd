using System.Diagnostics;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>From a folder of good images to a model bundle, top to bottom.</summary>
public static class Training
{
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
        BundleWriter.Refuse(options.BundleDirectory);
        var clock = Stopwatch.StartNew();
        var staging = Directory.CreateTempSubdirectory("patchcore-training-");
        try
        {
            var graphPath = Path.Combine(staging.FullName, Bundle.EmbeddingName);
            var backbone = BackboneModel.Load(options.BackbonePath);
            var graph = EmbeddingGraph.Build(Members(options), options.Width, options.Height, graphPath);
            var preprocessing = TrainingManifest.Describe(backbone.Metadata, graph);
            var weights = GoodSample.Balance(
                options, graphPath, graph, Preprocessing.From(preprocessing), progress, stop);
            var map = GoodSample.AppendMap(
                options, options.PatchMapFor(backbone.Metadata), graphPath, graph, Preprocessing.From(preprocessing),
                progress, stop);
            graph = graph with { Dimension = EmbeddingGraph.Read(graphPath).Dimension };
            using var session = new EmbeddingSession(graphPath, options.Execution);
            using var embedder = GoodFrames.CreateEmbedder(options, session, Preprocessing.From(preprocessing));
            var good = GoodFrames.Embed(options, embedder, progress, stop);

            var chosen = BankSelection.Choose(good, options, progress, stop);
            var coreset = chosen.Selection;
            var calibration = CrossFit.Calibrate(good, coreset, options, progress, stop);
            var bank = MemoryBank.From(good.Embeddings, coreset);
            using var index = FaissIndex.Build(bank);

            var manifest = new TrainingManifest(options, backbone, graph, preprocessing).Describe(
                good, chosen, weights, map, calibration, GoldenFrames.Score(good, index, options.Scoring));
            BundleWriter.Write(options.BundleDirectory, manifest, folder =>
            {
                File.Copy(graphPath, Path.Combine(folder, Bundle.EmbeddingName));
                index.Save(Path.Combine(folder, Bundle.IndexName));
                good.OriginsOf(coreset).Write(Path.Combine(folder, Bundle.OriginsName));
                GoldenFrames.Save(good, manifest.GoldenImages, folder);
                embedder.Reference?.Write(Path.Combine(folder, Bundle.ReferenceName));
            });

            return new TrainingReport(
                options.BundleDirectory, manifest.Id, good.Paths.Count, good.Unreadable, good.Patches, bank.Count,
                bank.Dimension, calibration, clock.Elapsed)
            {
                Copies = good.Copies,
                Coreset = manifest.Coreset,
                Sizes = good.Sizes,
            };
        }
        finally
        {
            staging.Delete(recursive: true);
        }
    }

    /// <summary>
    /// So many of the numbers from 0 to below <paramref name="total"/>, the first and the last among them; all if there
    /// are fewer.
    /// </summary>
    internal static int[] EvenlySpaced(int count, int total) => count >= total
        ? [.. Enumerable.Range(0, total)]
        : [.. Enumerable.Range(0, count).Select(i => (int)((long)i * (total - 1) / (count - 1)))];

    private static EmbeddingMember[] Members(TrainingOptions options)
    {
        EmbeddingMember[] members = [new(options.BackbonePath, options.Layers, options.Scale), .. options.Others];
        return [.. members.Select(member => member.Layers.Count > 0
            ? member
            : member with { Layers = BackboneModel.Load(member.BackbonePath).Outputs })];
    }
}
