namespace PatchCore.Edge.Native;

/// <summary>
/// What the frame path does to pictures; none of it allocates managed memory once buffers have their size.
/// </summary>
public static class ImageOperations
{
    /// <summary>
    /// Resizes (OpenCV's INTER_AREA), computes (value × scale − mean) ÷ std in single precision and splits into planes.
    /// A gray image fills all three planes.
    /// </summary>
    /// <param name="image">Any size, gray or BGR, 8 bits a channel.</param>
    /// <param name="layout">The tensor's shape and normalization.</param>
    /// <param name="tensor">3 × height × width, row-major.</param>
    public static void ToTensor(NativeImage image, in TensorLayout layout, Span<float> tensor) =>
        ToTensor(image, 0, 0, image.Width, image.Height, layout, tensor);

    /// <summary>The same of a rectangle of the image.</summary>
    public static void ToTensor(
        NativeImage image, int x, int y, int width, int height, in TensorLayout layout, Span<float> tensor) =>
        NativeStatus.Check(NativeMethods.pce_image_to_tensor(
            image, x, y, width, height, layout, tensor, tensor.Length));

    /// <summary>
    /// Resizes a rectangle of the image (INTER_AREA) into a rectangle of a canvas; what is left of the canvas repeats
    /// the nearest pixels.
    /// </summary>
    /// <param name="image">8 bits a channel.</param>
    /// <param name="piece">The rectangle of the image.</param>
    /// <param name="canvasWidth">Pixels of the canvas.</param>
    /// <param name="canvasHeight">Rows of the canvas.</param>
    /// <param name="content">The rectangle of the canvas.</param>
    /// <param name="into">Receives the canvas; another image.</param>
    public static void Place(
        NativeImage image, (int X, int Y, int Width, int Height) piece, int canvasWidth, int canvasHeight,
        (int X, int Y, int Width, int Height) content, NativeImage into) =>
        NativeStatus.Check(NativeMethods.pce_image_place(
            image, piece.X, piece.Y, piece.Width, piece.Height, canvasWidth, canvasHeight,
            content.X, content.Y, content.Width, content.Height, into));

    /// <summary>
    /// Turns 16 bits a channel into 8 in place: up to black 0, from white on 255, linear between. Leaves 8 bits alone.
    /// </summary>
    public static void Reduce(NativeImage image, int black, int white) =>
        NativeStatus.Check(NativeMethods.pce_image_reduce(image, black, white));

    /// <summary>
    /// The image as another of its kind might have come out: moved (cubic, mirrored at the border), then the distance
    /// from its mean value multiplied by contrast, and the result by brightness.
    /// </summary>
    /// <param name="image">8 bits a channel.</param>
    /// <param name="toSource">2 × 3, row-major: takes points of the result to points of the image, where a pixel's
    /// center lies at one half.</param>
    /// <param name="contrast">Above 0, at most 10; 1 leaves it.</param>
    /// <param name="brightness">Above 0, at most 10; 1 leaves it.</param>
    /// <param name="into">Receives an image of the same size; another image.</param>
    public static void Vary(
        NativeImage image, ReadOnlySpan<double> toSource, double contrast, double brightness, NativeImage into)
    {
        if (toSource.Length != 6)
            throw new ArgumentException($"An affine map has 6 numbers, not {toSource.Length}.", nameof(toSource));
        NativeStatus.Check(NativeMethods.pce_image_vary(image, toSource, contrast, brightness, into));
    }

    /// <summary>As below, with the map stretched over the frame.</summary>
    public static void RenderHeatmap(
        NativeImage frame, ReadOnlySpan<float> map, int mapWidth, int mapHeight,
        float low, float high, float opacity, int maxWidth, NativeImage into) =>
        RenderHeatmap(frame, map, mapWidth, mapHeight, [], low, high, opacity, maxWidth, into);

    /// <summary>Lays an anomaly map over a frame: cold areas stay the natural picture, hot ones are colored.</summary>
    /// <param name="frame">The natural picture, gray or BGR.</param>
    /// <param name="map">mapHeight × mapWidth, row-major.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="mapHeight">Rows of the map.</param>
    /// <param name="toMap">2 × 3, row-major: takes points of the frame to points of the map, where a pixel's center
    /// lies at one half; empty stretches the map over the frame.</param>
    /// <param name="low">Values up to here are left uncolored.</param>
    /// <param name="high">Values from here on, and what is not a number, get the hottest color; above low.</param>
    /// <param name="opacity">Of the hottest color, 0 to 1.</param>
    /// <param name="maxWidth">The picture is scaled down to this width; 0 keeps the frame's size.</param>
    /// <param name="into">Receives the picture, BGR; another image than the frame.</param>
    public static void RenderHeatmap(
        NativeImage frame, ReadOnlySpan<float> map, int mapWidth, int mapHeight, ReadOnlySpan<double> toMap,
        float low, float high, float opacity, int maxWidth, NativeImage into)
    {
        CheckMap(map, mapWidth, mapHeight, toMap);
        NativeStatus.Check(NativeMethods.pce_heatmap_render(
            frame, map, mapWidth, mapHeight, toMap, low, high, opacity, maxWidth, into));
    }

    /// <summary>The anomaly map alone, as it lies on a frame.</summary>
    /// <param name="map">mapHeight × mapWidth, row-major.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="mapHeight">Rows of the map.</param>
    /// <param name="toMap">As for <see cref="RenderHeatmap(NativeImage, ReadOnlySpan{float}, int, int,
    /// ReadOnlySpan{double}, float, float, float, int, NativeImage)"/>.</param>
    /// <param name="frameWidth">Pixels of the frame.</param>
    /// <param name="frameHeight">Rows of the frame.</param>
    /// <param name="low">Values up to here, and what the map does not cover, are 0.</param>
    /// <param name="middle">The value that is 128; above low.</param>
    /// <param name="high">Values from here on, and what is not a number, are 255; above middle.</param>
    /// <param name="maxWidth">The picture has the frame's shape and at most this width; 0 keeps the frame's
    /// size.</param>
    /// <param name="into">Receives the picture, gray.</param>
    public static void RenderMap(
        ReadOnlySpan<float> map, int mapWidth, int mapHeight, ReadOnlySpan<double> toMap,
        int frameWidth, int frameHeight, float low, float middle, float high, int maxWidth, NativeImage into)
    {
        CheckMap(map, mapWidth, mapHeight, toMap);
        NativeStatus.Check(NativeMethods.pce_heatmap_gray(
            map, mapWidth, mapHeight, toMap, frameWidth, frameHeight, low, middle, high, maxWidth, into));
    }

    /// <summary>
    /// Encodes a JPEG into the caller's buffer, which grows (and the picture is encoded again) when too small.
    /// </summary>
    /// <param name="image">Gray or BGR.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="buffer">Kept by the caller from frame to frame.</param>
    /// <returns>The number of bytes written to the start of the buffer.</returns>
    public static int EncodeJpeg(NativeImage image, int quality, ref byte[] buffer)
    {
        NativeStatus.Check(NativeMethods.pce_image_encode_jpeg(image, quality, buffer, buffer.Length, out var length));
        if (length > buffer.Length)
        {
            buffer = new byte[length + length / 2];
            NativeStatus.Check(NativeMethods.pce_image_encode_jpeg(image, quality, buffer, buffer.Length, out length));
        }

        return (int)length;
    }

    /// <summary>As <see cref="EncodeJpeg"/>, as PNG, which keeps every bit.</summary>
    /// <param name="image">Gray or BGR, 8 or 16 bits a channel.</param>
    /// <param name="buffer">Kept by the caller from frame to frame.</param>
    public static int EncodePng(NativeImage image, ref byte[] buffer)
    {
        NativeStatus.Check(NativeMethods.pce_image_encode_png(image, buffer, buffer.Length, out var length));
        if (length > buffer.Length)
        {
            buffer = new byte[length + length / 2];
            NativeStatus.Check(NativeMethods.pce_image_encode_png(image, buffer, buffer.Length, out length));
        }

        return (int)length;
    }

    /// <summary>
    /// The mean of the picture and the variance of its Laplacian, of some 64,000 points that are spread evenly; of BGR
    /// the green channel.
    /// </summary>
    /// <param name="image">3 × 3 pixels or more, 8 or 16 bits a channel.</param>
    /// <returns>Brightness 0 to 255 whatever the depth, and sharpness in the same units squared.</returns>
    public static (double Brightness, double Sharpness) Measure(NativeImage image)
    {
        NativeStatus.Check(NativeMethods.pce_image_measure(image, out var brightness, out var sharpness));
        return (brightness, sharpness);
    }

    private static void CheckMap(
        ReadOnlySpan<float> map, int mapWidth, int mapHeight, ReadOnlySpan<double> toMap)
    {
        if (toMap.Length is not (0 or 6))
            throw new ArgumentException($"An affine map has 6 numbers, not {toMap.Length}.", nameof(toMap));
        if (map.Length != (long)mapWidth * mapHeight)
            throw new ArgumentException($"A map of {mapWidth}x{mapHeight} has not {map.Length} values.", nameof(map));
    }
}
