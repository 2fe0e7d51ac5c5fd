using PatchCore.Edge.Conversion;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Benchmarks;

/// <summary>
/// Embeddings of the simulated line's good parts through the default backbone: they lie along few directions and in
/// clusters, as those of real parts do and random numbers do not.
/// </summary>
internal static class PartEmbeddings
{
    /// <summary>So many patches: whole frames, and of the last one as many as are missing.</summary>
    public static EmbeddingStore Collect(int patches)
    {
        using var line = new TrainedLine();
        using var run = line.Model.Session.CreateRun();
        var converter = new FrameConverter(Preprocessing.From(line.Model.Bundle.Manifest.Preprocessing));
        var store = new EmbeddingStore(line.Model.Session.Dimension);
        for (var index = 1_000; store.Count < patches; index++)
        {
            using var frame = line.Frame(index);
            converter.Convert(frame, run.Tensor);
            run.Execute();
            var missing = (patches - store.Count) * store.Dimension;
            store.Append(run.Embedding[..Math.Min(run.Embedding.Length, missing)]);
        }

        return store;
    }
}
