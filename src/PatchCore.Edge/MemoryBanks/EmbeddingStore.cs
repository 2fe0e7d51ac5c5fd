using System.Numerics;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// Patches of the good frames, all or some of each, every one knowing its frame and which of its patches it was. Rows
/// are kept in chunks: nothing is copied as the store grows, and it may grow past what one array can hold. Appending is
/// for one thread; reading is for many.
/// </summary>
public sealed class EmbeddingStore
{
    // Rows of a chunk: a power of two, so that finding a row costs a shift; about 16 MiB, so that little is left
    // unused.
    private const int ChunkValues = 1 << 22;

    private readonly int _chunkBits;
    private readonly List<float[]> _chunks = [];
    private readonly List<int> _frameStarts = [];
    private readonly List<int> _patches = [];

    private readonly int _firstFrame;

    /// <param name="dimension">Values of a patch, 1 to 4,194,304.</param>
    /// <param name="firstFrame">Index that the first frame gets.</param>
    public EmbeddingStore(int dimension, int firstFrame = 0)
    {
        if (dimension is < 1 or > ChunkValues)
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"expected 1 to {ChunkValues}");
        ArgumentOutOfRangeException.ThrowIfNegative(firstFrame);
        Dimension = dimension;
        _firstFrame = firstFrame;
        _chunkBits = BitOperations.Log2((uint)(ChunkValues / dimension));
    }

    public int Dimension { get; }

    /// <summary>Patches that are kept, of all frames.</summary>
    public int Count => _patches.Count;

    public int Frames => _frameStarts.Count;

    private int NextFrame => _firstFrame + Frames;

    /// <summary>Appends one frame with all its patches.</summary>
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
                $"frame {NextFrame} has {embedding.Length} values, "
                    + $"expected a multiple of the dimension {Dimension}",
                nameof(embedding));
        }

        return Append(embedding, [.. Enumerable.Range(0, embedding.Length / Dimension)]);
    }

    /// <summary>Appends one frame with some of its patches, or none.</summary>
    /// <param name="vectors">Kept patches × dimension, row-major.</param>
    /// <param name="patches">Which of the frame's patches they are, ascending.</param>
    /// <returns>The frame's index.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths that do not fit, patches that do not ascend, or a value that is not finite.
    /// </exception>
    public int Append(ReadOnlySpan<float> vectors, ReadOnlySpan<int> patches)
    {
        if (vectors.Length != (long)patches.Length * Dimension)
        {
            throw new ArgumentException(
                $"frame {NextFrame} has {vectors.Length} values, "
                    + $"expected {patches.Length} × the dimension {Dimension}",
                nameof(vectors));
        }

        for (var i = 0; i < patches.Length; i++)
        {
            if (patches[i] <= (i == 0 ? -1 : patches[i - 1]))
                throw new ArgumentException($"frame {NextFrame} has patches that do not ascend", nameof(patches));
        }

        if (!IsFinite(vectors))
            throw new ArgumentException($"frame {NextFrame} has a value that is not finite", nameof(vectors));

        var row = Count;
        _frameStarts.Add(row);
        _patches.AddRange(patches);
        while (row < Count)
        {
            var at = row & ((1 << _chunkBits) - 1);
            if (at == 0)
                _chunks.Add(GC.AllocateUninitializedArray<float>(Dimension << _chunkBits));
            var rows = Math.Min(Count - row, (1 << _chunkBits) - at);
            vectors[..(rows * Dimension)].CopyTo(_chunks[^1].AsSpan(at * Dimension));
            vectors = vectors[(rows * Dimension)..];
            row += rows;
        }

        return NextFrame - 1;
    }

    /// <summary>One patch: Dimension values.</summary>
    public ReadOnlySpan<float> Patch(int patch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)patch, (uint)Count, nameof(patch));
        return _chunks[patch >> _chunkBits].AsSpan((patch & ((1 << _chunkBits) - 1)) * Dimension, Dimension);
    }

    /// <summary>Index of the frame that a patch is of.</summary>
    public int FrameOf(int patch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)patch, (uint)Count, nameof(patch));

        // The last frame that starts no later: frames that kept nothing start where the next one does.
        var (low, high) = (0, Frames);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = _frameStarts[middle] <= patch ? (middle, high) : (low, middle);
        }

        return _firstFrame + low;
    }

    /// <summary>Which of its frame's patches it was: 0 to those that an embedding has, less one.</summary>
    public int PatchOf(int patch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)patch, (uint)Count, nameof(patch));
        return _patches[patch];
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
