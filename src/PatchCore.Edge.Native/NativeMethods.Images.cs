using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int pce_image_create_empty(out NativeImage image);

    [LibraryImport(Library)]
    internal static partial int pce_image_create(int width, int height, int channels, out NativeImage image);

    [LibraryImport(Library)]
    internal static partial void pce_image_free(nint image);

    [LibraryImport(Library)]
    internal static partial int pce_image_describe(
        NativeImage image, out int width, out int height, out int channels, out byte* pixels);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_image_read(NativeImage image, string path);

    [LibraryImport(Library)]
    internal static partial int pce_image_decode(NativeImage image, ReadOnlySpan<byte> encoded, long length);

    [LibraryImport(Library)]
    internal static partial int pce_image_copy(NativeImage image, NativeImage destination);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_image_write(NativeImage image, string path);

    [LibraryImport(Library)]
    internal static partial int pce_image_encode_jpeg(
        NativeImage image, int quality, Span<byte> buffer, long capacity, out long length);

    [LibraryImport(Library)]
    internal static partial int pce_image_to_tensor(
        NativeImage image, in TensorLayout layout, Span<float> tensor, long length);

    [LibraryImport(Library)]
    internal static partial int pce_heatmap_render(
        NativeImage frame, ReadOnlySpan<float> map, int mapWidth, int mapHeight,
        float low, float high, float opacity, int maxWidth, NativeImage destination);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_video_open(string path, out NativeVideo video);

    [LibraryImport(Library)]
    internal static partial void pce_video_free(nint video);

    [LibraryImport(Library)]
    internal static partial int pce_video_describe(NativeVideo video, out double framesPerSecond, out long frameCount);

    [LibraryImport(Library)]
    internal static partial int pce_video_read(NativeVideo video, NativeImage into, out int read);
}
