using System.Collections.Concurrent;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Neighbors;

/// <summary>
/// Exact search that measures few of the bank's vectors: what <see cref="FaissIndex"/> of kind "flat-l2" finds, for a
/// part of its work. README.md beside this file says how.
/// </summary>
public sealed class SketchIndex : INeighborIndex
{
    // Fewer queries than these are searched sooner than another thread wakes.
    private const int QueriesWorthThread = 64;

    private readonly EmbeddingStore _vectors;
    private readonly BankSketches _sketches;
    private readonly int _threads;
    private readonly bool[]? _left;
    private readonly ConcurrentBag<SketchSearch> _searches;

    private SketchIndex(EmbeddingStore vectors, int threads)
    {
        _vectors = vectors;
        _sketches = new BankSketches(vectors);
        _threads = threads > 0 ? threads : Environment.ProcessorCount;
        _searches = [];
        Count = vectors.Count;
    }

    private SketchIndex(SketchIndex whole, bool[] left)
    {
        (_vectors, _sketches, _threads) = (whole._vectors, whole._sketches, whole._threads);
        (_searches, _left) = (whole._searches, left);
        Count = left.Count(isLeft => !isLeft);
    }

    public int Dimension => _vectors.Dimension;

    public int Count { get; }

    public string Kind => FaissIndex.Flat;

    /// <summary>An index of the bank's vectors; number i of the index is number i of the bank.</summary>
    /// <param name="bank">What good parts look like.</param>
    /// <param name="threads">At most so many search one frame; 0: as many as there are processors.</param>
    public static SketchIndex Build(MemoryBank bank, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(bank);
        var vectors = new EmbeddingStore(bank.Dimension);
        vectors.Append(bank.Vectors);
        return new SketchIndex(vectors, threads);
    }

    /// <summary>An index of the vectors of another one that searches exactly.</summary>
    /// <exception cref="ArgumentException">It does not: distances and neighbors would not be its own.</exception>
    public static SketchIndex Of(FaissIndex index, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(index);
        if (index.Kind != FaissIndex.Flat)
            throw new ArgumentException($"the index is {index.Kind}, expected {FaissIndex.Flat}", nameof(index));
        var vectors = new EmbeddingStore(index.Dimension);
        var vector = new float[index.Dimension];
        for (var i = 0; i < index.Count; i++)
        {
            index.Vector(i, vector);
            vectors.Append(vector);
        }

        return new SketchIndex(vectors, threads);
    }

    /// <summary>
    /// This index as it is without some vectors, such as those of the frame that is searched with; it shares all
    /// memory. The others keep their numbers.
    /// </summary>
    /// <param name="vectors">Their numbers.</param>
    public SketchIndex Without(IEnumerable<int> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var left = _left is null ? new bool[_vectors.Count] : [.. _left];
        foreach (var vector in vectors)
            left[vector] = true;
        return new SketchIndex(this, left);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Distances are sums of squared differences in a fixed order: the same on every machine and for any number of
    /// threads. Of vectors that are equally far the lower index comes first. Allocates nothing once it has searched as
    /// many queries before.
    /// </remarks>
    /// <exception cref="ArgumentException">Wrong lengths, more neighbors than vectors, or a query that is not
    /// finite.</exception>
    public void Search(ReadOnlySpan<float> queries, int neighbors, Span<float> distances, Span<long> indices)
    {
        if (neighbors < 1 || neighbors > Count)
            throw new ArgumentException($"{neighbors} neighbors of {Count} vectors, expected 1 to {Count}");
        var count = queries.Length / Dimension;
        if (queries.Length != count * Dimension || distances.Length != count * neighbors
            || indices.Length != distances.Length)
        {
            throw new ArgumentException(
                $"{queries.Length} values of queries, {distances.Length} distances and {indices.Length} indices; "
                    + $"expected n × {Dimension}, n × {neighbors} and as many");
        }

        if (!_searches.TryTake(out var search))
            search = new SketchSearch(_vectors, _sketches, _threads);
        search.Run(queries, neighbors, Math.Clamp(count / QueriesWorthThread, 1, _threads), _left, distances, indices);
        _searches.Add(search);
    }

    public void Vector(long index, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, Dimension);
        _vectors.Patch(checked((int)index)).CopyTo(into);
    }

    public void Dispose()
    {
        // Memory is all that it holds.
    }
}
