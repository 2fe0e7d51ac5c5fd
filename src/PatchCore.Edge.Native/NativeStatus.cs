using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>The one place where a status of the shim becomes an exception.</summary>
internal static unsafe class NativeStatus
{
    internal static void Check(int status)
    {
        if (status != 0)
            Throw(status);
    }

    [DoesNotReturn]
    private static void Throw(int status)
    {
        NativeMethods.pce_last_error(out var function, out var message);
        throw new NativeException(
            Marshal.PtrToStringUTF8((nint)function) ?? "",
            (NativeErrorCode)status,
            Marshal.PtrToStringUTF8((nint)message) ?? "");
    }
}
