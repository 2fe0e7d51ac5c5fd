using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// A FAISS index of metric L2. Searches may run at the same time; <see cref="Add"/> may not run beside anything else.
/// </summary>
public sealed unsafe class NativeIndex : SafeHandle
{
    /// <summary>
    /// For the interop layer: a handle to nothing. Use <see cref="CreateFlatL2"/> or <see cref="Read"/>.
    /// </summary>
    public NativeIndex()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Floats of a vector.</summary>
    public int Dimension
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_index_describe(this, out var dimension, out _, out _));
            return dimension;
        }
    }

    /// <summary>Vectors in the index.</summary>
    public long Count
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_index_describe(this, out _, out var count, out _));
            return count;
        }
    }

    /// <summary><c>flat-l2</c> for exact search, else FAISS's class, such as <c>faiss::IndexHNSWFlat</c>.</summary>
    public string Kind
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_index_describe(this, out _, out _, out var kind));
            return Marshal.PtrToStringUTF8((nint)kind)!;
        }
    }

    /// <summary>An empty index of exact search.</summary>
    public static NativeIndex CreateFlatL2(int dimension)
    {
        NativeStatus.Check(NativeMethods.pce_index_create_flat_l2(dimension, out var index));
        return index;
    }

    /// <summary>
    /// Reads an index file, whoever wrote it, of any kind with metric L2. Damage to the structure of a flat index is
    /// always found, a flipped bit inside its vectors is not: that takes a checksum.
    /// </summary>
    /// <exception cref="NativeException">Missing, damaged, cut off, foreign or of another metric; names the
    /// path.</exception>
    public static NativeIndex Read(string path)
    {
        NativeStatus.Check(NativeMethods.pce_index_read(path, out var index));
        return index;
    }

    /// <summary>Writes FAISS's own file format.</summary>
    public void Write(string path) => NativeStatus.Check(NativeMethods.pce_index_write(this, path));

    /// <param name="vectors">n × dimension, row-major, finite.</param>
    public void Add(ReadOnlySpan<float> vectors) =>
        NativeStatus.Check(NativeMethods.pce_index_add(this, vectors, vectors.Length));

    /// <summary>Finds the nearest vectors of every query, nearest first.</summary>
    /// <param name="queries">n × dimension, row-major.</param>
    /// <param name="neighbors">k of a query, 1 to <see cref="Count"/>.</param>
    /// <param name="squaredDistances">n × k, row-major, ascending by query.</param>
    /// <param name="indices">n × k; −1 where an approximate index finds too few.</param>
    /// <exception cref="NativeException">Wrong lengths, more neighbors than vectors, or a query that is not
    /// finite.</exception>
    public void Search(ReadOnlySpan<float> queries, int neighbors, Span<float> squaredDistances, Span<long> indices)
    {
        if (squaredDistances.Length != indices.Length)
        {
            throw new ArgumentException(
                $"{squaredDistances.Length} distances but {indices.Length} indices.", nameof(indices));
        }

        NativeStatus.Check(NativeMethods.pce_index_search(
            this, queries, queries.Length, neighbors, squaredDistances, indices, indices.Length));
    }

    /// <summary>Copies vectors back out of the index.</summary>
    /// <param name="first">Number of the first vector.</param>
    /// <param name="vectors">Receives n × dimension floats, row-major.</param>
    public void Reconstruct(long first, Span<float> vectors) =>
        NativeStatus.Check(NativeMethods.pce_index_reconstruct(this, first, vectors, vectors.Length));

    protected override bool ReleaseHandle()
    {
        NativeMethods.pce_index_free(handle);
        return true;
    }
}
