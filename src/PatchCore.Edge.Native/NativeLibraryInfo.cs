using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>What the native library is, and how many threads its engines take.</summary>
public static unsafe class NativeLibraryInfo
{
    /// <summary>
    /// The ABI that this binding speaks: the fingerprint of the shim's declarations for which it was written, as the
    /// shim's CMakeLists.txt takes it.
    /// </summary>
    internal const int AbiVersion = 0xcf46178;

    /// <summary>Objects handed out by the native library and not freed yet.</summary>
    public static long LiveHandles => NativeMethods.pce_live_handles();

    public static string OpenCvVersion => Text(NativeMethods.pce_opencv_version());

    public static string FaissVersion => Text(NativeMethods.pce_faiss_version());

    /// <summary>Makes sure that the library is there and speaks this binding's ABI; call it once, at start.</summary>
    /// <exception cref="NativeException">It is missing, lacks something it needs, or is of another version.</exception>
    public static void Verify()
    {
        int found, layoutSize;
        try
        {
            found = NativeMethods.pce_abi_version(out layoutSize);
        }
        catch (DllNotFoundException exception)
        {
            throw Unusable(ReasonOf(exception.Message), exception);
        }
        catch (EntryPointNotFoundException exception)
        {
            throw Unusable("is of another version, or not ours at all", exception);
        }

        VerifyAbi(found, layoutSize);
    }

    /// <summary>Sets how many threads one call into OpenCV or FAISS may use, for all calls that start later.</summary>
    public static void SetThreads(int count) => NativeStatus.Check(NativeMethods.pce_set_threads(count));

    internal static void VerifyAbi(int found, int layoutSize)
    {
        if (found != AbiVersion)
            throw Unusable($"speaks ABI version {found:x7}, and this program {AbiVersion:x7}");
        var expected = Unsafe.SizeOf<TensorLayout>();
        if (layoutSize != expected)
            throw Unusable($"has a TensorLayout of {layoutSize} bytes, and this program one of {expected}");
    }

    /// <summary>
    /// The runtime lists every place where it looked; what counts is the place where it found something.
    /// </summary>
    internal static string ReasonOf(string message)
    {
        var found = message.Split('\n').Skip(1).FirstOrDefault(line =>
            line.Length > 0
            && !line.Contains("pce_native: cannot open", StringComparison.Ordinal)
            && !line.Contains("pce_native.so: cannot open", StringComparison.Ordinal));
        return found is null ? "is not beside the program" : $"cannot be loaded: {found}";
    }

    private static NativeException Unusable(string reason, Exception? innerException = null) => new(
        nameof(NativeMethods.pce_abi_version),
        NativeErrorCode.Library,
        $"The native library libpce_native.so {reason}. Run ./build.sh setup to build it, then build again.",
        innerException);

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
