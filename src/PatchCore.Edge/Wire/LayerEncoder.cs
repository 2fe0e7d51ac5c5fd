using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Wire;

/// <summary>
/// What a heatmap is blended of, apart: the plain picture, and the anomaly map in gray. Who looks can lay the one over
/// the other as strongly as they like. Keeps its buffers; one a thread.
/// </summary>
public sealed class LayerEncoder : IDisposable
{
    private readonly HeatmapOptions _options;
    private readonly NativeImage _picture = NativeImage.Empty();
    private readonly NativeImage _map = NativeImage.Empty();
    private byte[] _pictureBytes = new byte[64 * 1024];
    private byte[] _mapBytes = new byte[16 * 1024];

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public LayerEncoder(HeatmapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>The frame without anything over it, as large as the heatmap, in its format.</summary>
    /// <param name="frame">Any size, gray or BGR.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlyMemory<byte> Picture(NativeImage frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var (width, height) = (frame.Width, frame.Height);
        if (_options.MaxWidth == 0 || width <= _options.MaxWidth)
            return _options.Encode(frame, ref _pictureBytes);
        var (toWidth, toHeight) = (_options.MaxWidth, ScaledHeight(width, height, _options.MaxWidth));
        ImageOperations.Place(
            frame, (0, 0, width, height), toWidth, toHeight, (0, 0, toWidth, toHeight), _picture);
        return _options.Encode(_picture, ref _pictureBytes);
    }

    /// <summary>
    /// The anomaly map as it lies on the frame, a gray PNG of the frame's shape; what is not inspected is black.
    /// </summary>
    /// <param name="map">Height × width of the placement, row-major.</param>
    /// <param name="placement">Where the map lies on the frame.</param>
    /// <param name="frame">Size of the frame.</param>
    /// <param name="scale">What is which gray.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlyMemory<byte> Map(
        ReadOnlySpan<float> map, in MapPlacement placement, (int Width, int Height) frame, in MapScale scale)
    {
        Span<double> toMap = stackalloc double[6];
        ImageOperations.RenderMap(
            map, placement.Width, placement.Height, HeatmapEncoder.ToMap(placement, frame, toMap), frame.Width,
            frame.Height, scale.Black, scale.Threshold, scale.White, _options.MapMaxWidth, _map);
        return _mapBytes.AsMemory(0, ImageOperations.EncodePng(_map, ref _mapBytes));
    }

    public void Dispose()
    {
        _picture.Dispose();
        _map.Dispose();
    }

    private static int ScaledHeight(int width, int height, int toWidth) =>
        Math.Max(1, (int)Math.Round((double)height * toWidth / width, MidpointRounding.AwayFromZero));
}
