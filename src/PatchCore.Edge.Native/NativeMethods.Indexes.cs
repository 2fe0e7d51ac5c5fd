using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int pce_index_create_flat_l2(int dimension, out NativeIndex index);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_index_read(string path, out NativeIndex index);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_index_write(NativeIndex index, string path);

    [LibraryImport(Library)]
    internal static partial void pce_index_free(nint index);

    [LibraryImport(Library)]
    internal static partial int pce_index_describe(
        NativeIndex index, out int dimension, out long count, out byte* kind);

    [LibraryImport(Library)]
    internal static partial int pce_index_add(NativeIndex index, ReadOnlySpan<float> vectors, long length);

    [LibraryImport(Library)]
    internal static partial int pce_index_search(
        NativeIndex index, ReadOnlySpan<float> queries, long queryLength, int neighbors,
        Span<float> squaredDistances, Span<long> indices, long resultLength);

    [LibraryImport(Library)]
    internal static partial int pce_index_reconstruct(NativeIndex index, long first, Span<float> vectors, long length);
}
