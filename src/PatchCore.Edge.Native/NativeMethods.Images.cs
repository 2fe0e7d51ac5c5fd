using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int pce_image_create_empty(out NativeImage image);

    [LibraryImport(Library)]
    internal static partial int pce_image_create(int width, int height, int pixelBytes, out NativeImage image);

    [LibraryImport(Library)]
    internal static partial void pce_image_free(nint image);

    [LibraryImport(Library)]
    internal static partial int pce_image_describe(
        NativeImage image, out int width, out int height, out int pixelBytes, out byte* pixels);

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
    internal static partial int pce_image_encode_png(
        NativeImage image, Span<byte> buffer, long capacity, out long length);

    [LibraryImport(Library)]
    internal static partial int pce_image_measure(NativeImage image, out double brightness, out double sharpness);

    [LibraryImport(Library)]
    internal static partial int pce_image_to_tensor(
        NativeImage image, int x, int y, int width, int height, in TensorLayout layout, Span<float> tensor,
        long length);

    [LibraryImport(Library)]
    internal static partial int pce_image_place(
        NativeImage image, int x, int y, int width, int height, int canvasWidth, int canvasHeight,
        int contentX, int contentY, int contentWidth, int contentHeight, NativeImage destination);

    [LibraryImport(Library)]
    internal static partial int pce_image_reduce(NativeImage image, int black, int white);

    [LibraryImport(Library)]
    internal static partial int pce_image_vary(
        NativeImage image, ReadOnlySpan<double> toSource, double contrast, double brightness, NativeImage destination);

    [LibraryImport(Library)]
    internal static partial int pce_heatmap_render(
        NativeImage frame, ReadOnlySpan<float> map, int mapWidth, int mapHeight, ReadOnlySpan<double> toMap,
        float low, float high, float opacity, int maxWidth, NativeImage destination);

    [LibraryImport(Library)]
    internal static partial int pce_heatmap_gray(
        ReadOnlySpan<float> map, int mapWidth, int mapHeight, ReadOnlySpan<double> toMap, int frameWidth,
        int frameHeight, float low, float middle, float high, int maxWidth, NativeImage destination);

    [LibraryImport(Library)]
    internal static partial int pce_aligner_create(
        NativeImage reference, int x, int y, int width, int height, double pixels, double degrees,
        out NativeAligner aligner);

    [LibraryImport(Library)]
    internal static partial void pce_aligner_free(nint aligner);

    [LibraryImport(Library)]
    internal static partial int pce_aligner_find(
        NativeAligner aligner, NativeImage frame, Span<double> pose, out double similarity);

    [LibraryImport(Library)]
    internal static partial int pce_aligner_warp(
        NativeAligner aligner, NativeImage frame, ReadOnlySpan<double> pose, int x, int y, int width, int height,
        NativeImage destination);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int pce_video_open(string path, out NativeVideo video);

    [LibraryImport(Library)]
    internal static partial void pce_video_free(nint video);

    [LibraryImport(Library)]
    internal static partial int pce_video_describe(NativeVideo video, out double framesPerSecond, out long frameCount);

    [LibraryImport(Library)]
    internal static partial int pce_video_read(NativeVideo video, NativeImage into, out int read);
}
