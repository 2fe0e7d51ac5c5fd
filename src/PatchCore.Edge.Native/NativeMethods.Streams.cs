using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_stream_create_rtsp(
        string url, int udp, int latencyMilliseconds, int openMilliseconds, int readMilliseconds,
        out NativeCapture stream);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_stream_create_gstreamer(
        string pipeline, string? location, string? user, string? password, int openMilliseconds, int readMilliseconds,
        out NativeCapture stream);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_stream_create_v4l2(
        string device, string? fourcc, int width, int height, double framesPerSecond, int exposure, int gain,
        int whiteBalance, int openMilliseconds, int readMilliseconds, out NativeCapture stream);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_v4l2_describe(string device, Span<byte> buffer, long capacity, out long length);

    [LibraryImport(Library)]
    internal static partial void pce_stream_free(nint stream);

    [LibraryImport(Library)]
    internal static partial int pce_stream_open(NativeCapture stream);

    [LibraryImport(Library)]
    internal static partial int pce_stream_read(
        NativeCapture stream, NativeImage into, out int reading, out long microseconds);

    [LibraryImport(Library)]
    internal static partial int pce_stream_cancel(NativeCapture stream);

    [LibraryImport(Library)]
    internal static partial int pce_stream_describe(
        NativeCapture stream, out double framesPerSecond, out byte* format);
}
