using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int pce_genicam_list(out byte* text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_genicam_open(string wanted, out NativeGenicam camera);

    [LibraryImport(Library)]
    internal static partial void pce_genicam_free(nint camera);

    [LibraryImport(Library)]
    internal static partial int pce_genicam_describe(NativeGenicam camera, out byte* text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_genicam_get(NativeGenicam camera, string feature, out byte* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_genicam_inspect(NativeGenicam camera, string feature, out byte* text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_genicam_set(NativeGenicam camera, string feature, string value);

    [LibraryImport(Library)]
    internal static partial int pce_genicam_set_control(NativeGenicam camera, int control, double value);

    [LibraryImport(Library)]
    internal static partial int pce_genicam_start(
        NativeGenicam camera, int packetSize, int resend, int buffers, long retention, int timeChunk);

    [LibraryImport(Library)]
    internal static partial int pce_genicam_read(
        NativeGenicam camera, long wait, NativeImage into, out int state, out ulong frame, out long time,
        out byte* reason);

    [LibraryImport(Library)]
    internal static partial int pce_genicam_statistics(
        NativeGenicam camera, out ulong completed, out ulong failed, out ulong underruns, out ulong resent,
        out ulong missing);

    [LibraryImport(Library)]
    internal static partial int pce_genicam_decode(
        uint pixelFormat, int width, int height, ReadOnlySpan<byte> data, long length, NativeImage into);
}
