using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge;

/// <summary>
/// Some of the good frames, evenly spaced, from which it is learned how patches vary before all are embedded.
/// </summary>
internal static class GoodSample
{
    private const int SampleFrames = 64;

    // Neighbors are pooled over each other: every third patch of so many frames says how all of them vary.
    private const int SampleStep = 3;

    /// <summary>
    /// Has the embedding graph of an ensemble end with a factor for each member, learned from some of the frames, so
    /// that all count alike.
    /// </summary>
    /// <returns>The factors.</returns>
    public static float[] Balance(
        TrainingOptions options, string graphPath, EmbeddingGraphInfo graph, Preprocessing preprocessing,
        ITrainingProgress progress, CancellationToken stop)
    {
        if (graph.Members.Count < 2)
            return [1];
        var balance = new EnsembleBalance(graph.Members);
        ForSome("balance", options, graphPath, preprocessing, balance.Add, progress, stop);
        var weights = balance.Weights();
        EmbeddingGraph.AppendScale(
            graphPath, EnsembleBalance.Spread(graph.Members, weights), new float[graph.Dimension], graphPath);
        return weights;
    }

    /// <summary>
    /// Has the embedding graph end with a linear map of patches, learned from some of the frames: their many patches
    /// say how they vary.
    /// </summary>
    /// <returns>The map; none if that is what is asked for, or if patches do not vary.</returns>
    /// <exception cref="TrainingException">It does not fit the layers.</exception>
    public static PatchMap AppendMap(
        TrainingOptions options, PatchMap asked, string graphPath, EmbeddingGraphInfo graph,
        Preprocessing preprocessing, ITrainingProgress progress, CancellationToken stop)
    {
        if (asked.IsNone)
            return asked;
        if (asked.LayerWeights.Count > 0 && asked.LayerWeights.Count != graph.Channels.Count)
        {
            throw new TrainingException(
                $"{asked.LayerWeights.Count} weights for {graph.Channels.Count} layers, expected one for each");
        }

        var whitening = new Whitening(graph.Dimension);
        ForSome(
            "whitening", options, graphPath, preprocessing, embedding => whitening.Add(embedding, SampleStep),
            progress, stop);
        var factors = asked.LayerWeights.Count == 0 ? [] : whitening.Balance(graph.Channels, asked.LayerWeights);
        if (whitening.Solve(asked.Whitening, factors, asked.Dimensions) is not { } map)
            return PatchMap.None;
        EmbeddingGraph.AppendAffine(graphPath, map.Weights, map.Bias, graphPath);
        return asked;
    }

    /// <summary>Embeds frames that are evenly spaced, as many as it takes to learn how patches vary.</summary>
    private static void ForSome(
        string stage, TrainingOptions options, string graphPath, Preprocessing preprocessing,
        Action<ReadOnlySpan<float>> take, ITrainingProgress progress, CancellationToken stop)
    {
        var paths = ImageFolder.List(options.GoodDirectory);
        var frames = Training.EvenlySpaced(SampleFrames, paths.Length);
        using var session = new EmbeddingSession(graphPath, options.Execution);
        using var embedder = GoodFrames.CreateEmbedder(options, session, preprocessing);
        using var image = NativeImage.Empty();
        for (var i = 0; i < frames.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report(stage, i, frames.Length);
            try
            {
                image.ReadInto(paths[frames[i]]);
                embedder.Embed(image);
            }
            catch (Exception e) when (e is NativeException or FrameException)
            {
                // Embedding all frames comes next, and tells which cannot be used.
                continue;
            }
            catch (GeometryException e)
            {
                throw new TrainingException($"{paths[frames[i]]}: {e.Message}", e);
            }

            take(embedder.Embedding);
        }

        progress.Report(stage, frames.Length, frames.Length);
    }
}
