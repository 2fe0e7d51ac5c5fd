using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// The exports of <c>libpce_native.so</c> under their own names; what they do is written at their C++ side.
/// </summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "pce_native";

    [LibraryImport(Library)]
    internal static partial void pce_last_error(out byte* function, out byte* message);

    [LibraryImport(Library)]
    internal static partial long pce_live_handles();

    [LibraryImport(Library)]
    internal static partial int pce_abi_version(out int tensorLayoutSize);

    [LibraryImport(Library)]
    internal static partial byte* pce_opencv_version();

    [LibraryImport(Library)]
    internal static partial byte* pce_faiss_version();

    [LibraryImport(Library)]
    internal static partial int pce_set_threads(int count);
}
