using System.Numerics;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// The patches of all good frames, each knowing its frame. Rows are kept in chunks: nothing is copied as the store
/// grows, and it may grow past what one array can hold. Appending is for one thread; reading is for many.
/// </summary>
public sealed class EmbeddingStore
{
    // Rows of a chunk: a power of two, so that finding a row costs a shift; about 16 MiB, so that little is left
    // unused.
    private const int ChunkValues = 1 << 22;

    private readonly int _chunkBits;
    private readonly List<float[]> _chunks = [];
    private readonly List<int> _frameStarts = [];

    /// <param name="dimension">Values of a patch, 1 to 4,194,304.</param>
    public EmbeddingStore(int dimension)
    {
        if (dimension is < 1 or > ChunkValues)
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"expected 1 to {ChunkValues}");
        Dimension = dimension;
        _chunkBits = BitOperations.Log2((uint)(ChunkValues / dimension));
    }

    public int Dimension { get; }

    /// <summary>Patches of all frames.</summary>
    public int Count { get; private set; }

    public int Frames => _frameStarts.Count;

    /// <summary>Appends one frame.</summary>
    /// <param name="embedding">Patches × dimension, row-major.</param>
    /// <returns>The frame's index.</returns>
    /// <exception cref="ArgumentException">
    /// Not a whole number of patches, none, or a value that is not finite: it has no distance to anything.
    /// </exception>
    public int Append(ReadOnlySpan<float> embedding)
    {
        if (embedding.IsEmpty || embedding.Length % Dimension != 0)
        {
            throw new ArgumentException(
                $"frame {Frames} has {embedding.Length} values, expected a multiple of the dimension {Dimension}",
                nameof(embedding));
        }

        if (!IsFinite(embedding))
            throw new ArgumentException($"frame {Frames} has a value that is not finite", nameof(embedding));

        _frameStarts.Add(Count);
        Count = checked(Count + embedding.Length / Dimension);
        for (var row = _frameStarts[^1]; row < Count;)
        {
            var at = row & ((1 << _chunkBits) - 1);
            if (at == 0)
                _chunks.Add(GC.AllocateUninitializedArray<float>(Dimension << _chunkBits));
            var rows = Math.Min(Count - row, (1 << _chunkBits) - at);
            embedding[..(rows * Dimension)].CopyTo(_chunks[^1].AsSpan(at * Dimension));
            embedding = embedding[(rows * Dimension)..];
            row += rows;
        }

        return Frames - 1;
    }

    /// <summary>One patch: Dimension values.</summary>
    public ReadOnlySpan<float> Patch(int patch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)patch, (uint)Count, nameof(patch));
        return _chunks[patch >> _chunkBits].AsSpan((patch & ((1 << _chunkBits) - 1)) * Dimension, Dimension);
    }

    /// <summary>The frame that a patch is of.</summary>
    public int FrameOf(int patch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)patch, (uint)Count, nameof(patch));
        var found = _frameStarts.BinarySearch(patch);
        return found >= 0 ? found : ~found - 1;
    }

    // Zero times a finite value is zero; times any other it is not a number.
    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(values[i..]) * 0f;
        var sum = Vector.Sum(sums);
        for (; i < values.Length; i++)
            sum += values[i] * 0f;
        return sum == 0;
    }
}
