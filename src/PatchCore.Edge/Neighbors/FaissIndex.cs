using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Neighbors;

/// <summary>FAISS behind <see cref="INeighborIndex"/>. Its files are FAISS's own, readable by any FAISS.</summary>
public sealed class FaissIndex : INeighborIndex
{
    /// <summary>The kind of an index that searches exactly, by Euclidean distance.</summary>
    public const string Flat = "flat-l2";

    private readonly NativeIndex _index;

    private FaissIndex(NativeIndex index)
    {
        _index = index;
        Dimension = index.Dimension;
        Count = checked((int)index.Count);
        Kind = index.Kind;
    }

    public int Dimension { get; }

    public int Count { get; }

    /// <summary>"flat-l2" for exact search, else FAISS's class, such as "faiss::IndexHNSWFlat".</summary>
    public string Kind { get; }

    /// <summary>Exact search over what good parts look like; number i of the index is number i of the bank.</summary>
    public static FaissIndex Build(MemoryBank bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        return Build(bank.Vectors, bank.Dimension);
    }

    /// <summary>Exact search over vectors.</summary>
    /// <param name="vectors">n × dimension, row-major; copied.</param>
    /// <param name="dimension">Floats of a vector.</param>
    /// <exception cref="NativeException">No dimension, or not a whole number of vectors.</exception>
    public static FaissIndex Build(ReadOnlySpan<float> vectors, int dimension)
    {
        var index = NativeIndex.CreateFlatL2(dimension);
        try
        {
            index.Add(vectors);
            return new FaissIndex(index);
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Reads an index file of any kind with metric L2.</summary>
    /// <exception cref="NativeException">Missing, damaged, cut off, foreign or of another metric; names the
    /// path.</exception>
    public static FaissIndex Open(string path)
    {
        var index = NativeIndex.Read(path);
        try
        {
            return new FaissIndex(index);
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <exception cref="NativeException">The file cannot be written; names path and reason.</exception>
    public void Save(string path) => _index.Write(path);

    /// <inheritdoc/>
    /// <remarks>
    /// The distance is not a number where the index found no neighbor, so that nobody takes it for good.
    /// </remarks>
    /// <exception cref="NativeException">Wrong lengths, more neighbors than vectors, or a query that is not
    /// finite.</exception>
    public void Search(ReadOnlySpan<float> queries, int neighbors, Span<float> distances, Span<long> indices)
    {
        _index.Search(queries, neighbors, distances, indices);
        for (var i = 0; i < distances.Length; i++)
        {
            // An index that is not flat may come out a rounding below 0.
            distances[i] = indices[i] < 0 ? float.NaN : MathF.Sqrt(MathF.Max(0, distances[i]));
        }
    }

    public void Vector(long index, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, Dimension);
        _index.Reconstruct(index, into);
    }

    public void Dispose() => _index.Dispose();
}
