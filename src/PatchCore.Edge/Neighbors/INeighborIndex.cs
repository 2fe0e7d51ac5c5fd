namespace PatchCore.Edge.Neighbors;

/// <summary>Finds the vectors of a memory bank that are nearest to a query. Searching is thread-safe.</summary>
public interface INeighborIndex : IDisposable
{
    /// <summary>Length of every vector.</summary>
    public int Dimension { get; }

    /// <summary>Vectors in the index.</summary>
    public int Count { get; }

    /// <summary>What kind of index it is, in the words of the bundle's manifest ("flat-l2").</summary>
    public string Kind { get; }

    /// <summary>Finds the nearest vectors of every query.</summary>
    /// <param name="queries">n × Dimension, row-major.</param>
    /// <param name="neighbors">How many to find for every query, at most <see cref="Count"/>.</param>
    /// <param name="distances">n × neighbors, Euclidean (not squared), ascending in every row.</param>
    /// <param name="indices">n × neighbors; -1 where the index found none.</param>
    public void Search(ReadOnlySpan<float> queries, int neighbors, Span<float> distances, Span<long> indices);

    /// <summary>Copies one vector of the index.</summary>
    /// <param name="index">0 to Count − 1.</param>
    /// <param name="into">Dimension values.</param>
    public void Vector(long index, Span<float> into);
}
