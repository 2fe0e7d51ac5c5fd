namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// Takes the embeddings of the good frames one by one and keeps what a plan has room for. With two levels a group of
/// frames is replaced by its coreset as soon as it is complete, so that a patch is reduced once, and no more than one
/// group is held in full. For one thread.
/// </summary>
public sealed class EmbeddingCollector
{
    private readonly EmbeddingPlan _plan;
    private EmbeddingStore? _group;
    private int _frames;

    /// <param name="plan">What to keep.</param>
    /// <param name="dimension">Values of a patch.</param>
    /// <param name="projection">What groups are reduced by; null: the patches as they are.</param>
    public EmbeddingCollector(EmbeddingPlan plan, int dimension, RandomProjection? projection = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (_plan, Projection) = (plan, projection);
        Store = new EmbeddingStore(dimension);
    }

    /// <summary>What is kept of the frames whose groups are complete.</summary>
    public EmbeddingStore Store { get; }

    /// <summary>What groups are reduced by; null: the patches as they are.</summary>
    public RandomProjection? Projection { get; }

    /// <summary>1 or 2.</summary>
    public int Levels => _plan.Levels;

    /// <summary>
    /// The largest Euclidean distance from a patch to the nearest that is kept of its group; 0 where all are kept.
    /// </summary>
    public float Radius { get; private set; }

    /// <summary>Takes the next frame.</summary>
    /// <param name="embedding">Patches × dimension, row-major.</param>
    /// <param name="ct">Stops the reduction of a group between two picks.</param>
    /// <exception cref="ArgumentException">Not whole patches, none, or a value that is not finite.</exception>
    public void Append(ReadOnlySpan<float> embedding, CancellationToken ct = default)
    {
        if (_plan.Levels == 1)
        {
            Store.Append(embedding);
            return;
        }

        _group ??= new EmbeddingStore(Store.Dimension, _frames);
        _group.Append(embedding);
        _frames++;
        if (_group.Frames == _plan.GroupFrames)
            Complete(ct);
    }

    /// <summary>Reduces the group that is not full; to be called after the last frame.</summary>
    public void Complete(CancellationToken ct = default)
    {
        if (_group is null)
            return;
        Reduce(_group, ct);
        _group = null;

        // What a group took is large, and garbage now. Left to itself the collector lets as much of it gather as there
        // is kept for good, which doubles the peak; collecting arrays without references takes milliseconds.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    private void Reduce(EmbeddingStore group, CancellationToken ct)
    {
        var coreset = Coreset.Select(group, Projection, _plan.Keep(group.Count), ct: ct);
        Radius = Math.Max(Radius, coreset.CoverageRadius);
        var kept = coreset.Indices.Order().ToArray();
        for (var (at, frame) = (0, Store.Frames); frame < _frames; frame++)
        {
            var end = at;
            while (end < kept.Length && group.FrameOf(kept[end]) == frame)
                end++;
            Keep(group, kept.AsSpan(at..end));
            at = end;
        }
    }

    private void Keep(EmbeddingStore group, ReadOnlySpan<int> kept)
    {
        var vectors = new float[kept.Length * group.Dimension];
        var patches = new int[kept.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            group.Patch(kept[i]).CopyTo(vectors.AsSpan(i * group.Dimension));
            patches[i] = group.PatchOf(kept[i]);
        }

        Store.Append(vectors, patches);
    }
}
