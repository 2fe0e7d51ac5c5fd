namespace PatchCore.Edge.MemoryBanks;

/// <summary>What good parts look like: the patches of the coreset.</summary>
public sealed class MemoryBank
{
    /// <param name="vectors">Count × dimension, row-major; kept, not copied.</param>
    /// <param name="dimension">Values of a vector, 1 or more.</param>
    /// <exception cref="ArgumentException">No vectors, or not a whole number of them.</exception>
    public MemoryBank(float[] vectors, int dimension)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (vectors.Length == 0 || vectors.Length % dimension != 0)
        {
            throw new ArgumentException(
                $"{vectors.Length} values, expected a multiple of the dimension {dimension}", nameof(vectors));
        }

        Vectors = vectors;
        Dimension = dimension;
    }

    /// <summary>Count × Dimension, row-major, in the order of the coreset.</summary>
    public float[] Vectors { get; }

    public int Count => Vectors.Length / Dimension;

    public int Dimension { get; }

    /// <summary>Copies the selected patches out of the store.</summary>
    public static MemoryBank From(EmbeddingStore store, CoresetSelection coreset) => From(store, coreset.Indices);

    /// <summary>
    /// The bank as it is without what one frame gave to it: that frame meets it as a part that was never seen. Null
    /// when nothing is left.
    /// </summary>
    public static MemoryBank? Without(int frame, EmbeddingStore store, CoresetSelection coreset)
    {
        var others = Array.FindAll(coreset.Indices, patch => store.FrameOf(patch) != frame);
        return others.Length > 0 ? From(store, others) : null;
    }

    private static MemoryBank From(EmbeddingStore store, int[] patches)
    {
        var dimension = store.Dimension;
        var vectors = GC.AllocateUninitializedArray<float>(checked(patches.Length * dimension));
        for (var i = 0; i < patches.Length; i++)
            store.Patch(patches[i]).CopyTo(vectors.AsSpan(i * dimension));
        return new MemoryBank(vectors, dimension);
    }
}
