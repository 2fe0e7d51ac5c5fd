using PatchCore.Edge.Bundles;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge;

/// <summary>The coreset that becomes the memory bank, within the limits that the options set.</summary>
/// <param name="Selection">Picks among the embeddings that are kept, and how far they cover these.</param>
/// <param name="Latency">The budget and what was measured; null where none was set.</param>
internal sealed record BankSelection(CoresetSelection Selection, BankLatencyInfo? Latency)
{
    /// <summary>Takes the embeddings of good frames, within the memory that the options give.</summary>
    /// <param name="options">Memory, projection, and how large the bank is to be.</param>
    /// <param name="frames">Good frames to come.</param>
    /// <param name="patches">Of each, those of its copies included.</param>
    /// <param name="dimension">Values of a patch.</param>
    /// <exception cref="TrainingException">The memory is too little, or the projection is none.</exception>
    public static EmbeddingCollector CreateCollector(TrainingOptions options, int frames, int patches, int dimension)
    {
        try
        {
            var plan = EmbeddingPlan.For(
                (long)options.MemoryMegabytes << 20, frames, patches, dimension, options.Projection,
                options.BankCount((long)frames * patches));
            return new EmbeddingCollector(plan, dimension, options.CreateProjection(dimension));
        }
        catch (ArgumentException e)
        {
            throw new TrainingException(e.Message, e);
        }
    }

    /// <exception cref="TrainingException">No bank is small enough for the latency that is asked for.</exception>
    public static BankSelection Choose(
        GoodFrames good, TrainingOptions options, ITrainingProgress progress, CancellationToken stop)
    {
        var embeddings = good.Embeddings;
        var projection = good.Collector.Projection;
        var count = Math.Min(options.BankCount(good.Patches), embeddings.Count);
        var coreset = Coreset.Select(
            embeddings, projection, count, options.Seed % embeddings.Count, new CoresetProgress(count, progress), stop);
        if (options.BankLatencyMs == 0)
            return new BankSelection(coreset, null);

        var latency = new LatencyBudget(good, MemoryBank.From(embeddings, coreset), options)
            .Largest(progress, stop, out var vectors);
        var first = coreset.Take(vectors);
        if (projection is not null)
            first = first with { CoverageRadius = Coreset.CoverageRadius(embeddings, first) };
        return new BankSelection(first, latency);
    }

    /// <summary>What the manifest says of it.</summary>
    public CoresetInfo Describe(GoodFrames good, TrainingOptions options)
    {
        var groups = good.Collector.Radius;
        var levels = good.Collector.Levels;
        return new CoresetInfo
        {
            Frames = good.Paths.Count,
            Patches = good.Patches,
            Count = Selection.Indices.Length,
            Ratio = options.CoresetRatio,
            Seed = options.Seed,
            // A patch is no farther from its representative than its group's radius, and that from the bank than the
            // bank's: by the triangle inequality the sum bounds both steps.
            CoverageRadius = levels == 1 ? Selection.CoverageRadius : groups + Selection.CoverageRadius,
            Coverage = levels == 1 ? CoresetInfo.Exact : CoresetInfo.Bound,
            Levels = levels,
            LevelRadii = levels == 1 ? [Selection.CoverageRadius] : [groups, Selection.CoverageRadius],
            Kept = good.Embeddings.Count,
            MemoryMegabytes = options.MemoryMegabytes,
            Projection = options.Projection,
            BankMax = options.BankMax,
            BankLatency = Latency,
        };
    }
}
