using System.Numerics.Tensors;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// A map to fewer values that nearly keeps distances: by the lemma of Johnson and Lindenstrauss, and sparse as
/// Achlioptas has it (Database-friendly random projections, 2003, theorem 1.1). Every value of the matrix is
/// √(3 / to) · {1, 0, −1} with probabilities 1/6, 2/3, 1/6. Products with a sign are exact and the sums have one order,
/// so that a projection is the same, bit for bit, on every machine.
/// </summary>
public sealed class RandomProjection
{
    private const int ProjectedAtOnce = 1024;

    private readonly float[] _signs;
    private readonly float _scale;

    /// <param name="from">Values of a patch, 1 or more.</param>
    /// <param name="to">Values of its projection, 1 to <paramref name="from"/>.</param>
    public RandomProjection(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, from);
        (From, To) = (from, to);
        _scale = MathF.Sqrt(3f / to);
        _signs = new float[checked(from * to)];
        var state = 0ul;
        foreach (ref var sign in _signs.AsSpan())
            sign = (Next(ref state) % 6) switch { 0 => 1, 1 => -1, _ => 0 };
    }

    /// <summary>Values of a patch.</summary>
    public int From { get; }

    /// <summary>Values of its projection.</summary>
    public int To { get; }

    /// <param name="patch">From values.</param>
    /// <param name="into">To values.</param>
    public void Project(ReadOnlySpan<float> patch, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(patch.Length, From);
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, To);
        into.Clear();
        for (var i = 0; i < patch.Length; i++)
            TensorPrimitives.MultiplyAdd(_signs.AsSpan(i * To, To), patch[i], into, into);
        TensorPrimitives.Multiply(into, _scale, into);
    }

    /// <summary>All patches of a store, in its order; which frames they are of is not kept.</summary>
    public EmbeddingStore Project(EmbeddingStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var projected = new EmbeddingStore(To);
        var vectors = new float[ProjectedAtOnce * To];
        for (var first = 0; first < store.Count; first += ProjectedAtOnce)
        {
            var count = Math.Min(ProjectedAtOnce, store.Count - first);
            Parallel.For(0, count, i => Project(store.Patch(first + i), vectors.AsSpan(i * To, To)));
            projected.Append(vectors.AsSpan(0, count * To));
        }

        return projected;
    }

    // SplitMix64 (Steele, Lea and Flood, 2014): System.Random does not promise its numbers to later versions.
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
