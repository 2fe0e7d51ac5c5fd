using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Wire;

public sealed record HeatmapOptions
{
    /// <summary>Of the hottest color over the frame, 0 to 1.</summary>
    public float Opacity { get; init; } = 0.6f;

    /// <summary>Pixels; wider frames are scaled down, 0 keeps every frame's size.</summary>
    public int MaxWidth { get; init; } = 640;

    /// <summary>JPEG quality, 1 to 100.</summary>
    public int Quality { get; init; } = 80;

    /// <summary>Of all pictures but the map, which is always PNG.</summary>
    public PictureFormat Format { get; init; }

    /// <summary>Pixels of a map that goes out by itself; 0 gives it the frame's size.</summary>
    public int MapMaxWidth { get; init; } = 160;

    /// <summary>What a picture in this format is, for receivers.</summary>
    public string ContentType => Format == PictureFormat.Png ? "image/png" : "image/jpeg";

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (Opacity is not (>= 0 and <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Opacity of heatmaps is {Opacity}, expected 0 to 1"), nameof(Opacity));
        }

        if (MaxWidth < 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"MaxWidth of heatmaps is {MaxWidth}, expected 0 or more"),
                nameof(MaxWidth));
        }

        if (MapMaxWidth < 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"MapMaxWidth of heatmaps is {MapMaxWidth}, expected 0 or more"),
                nameof(MapMaxWidth));
        }

        if (Quality is not (>= 1 and <= 100))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Quality of heatmaps is {Quality}, expected 1 to 100"), nameof(Quality));
        }
    }

    /// <summary>Encodes a picture into a buffer that grows where it is too small.</summary>
    internal ReadOnlyMemory<byte> Encode(NativeImage picture, ref byte[] buffer)
    {
        var length = Format == PictureFormat.Png
            ? ImageOperations.EncodePng(picture, ref buffer)
            : ImageOperations.EncodeJpeg(picture, Quality, ref buffer);
        return buffer.AsMemory(0, length);
    }
}

/// <summary>
/// Frame and anomaly map to the picture that people look at. Keeps its buffers; one a thread.
/// </summary>
public sealed class HeatmapEncoder : IDisposable
{
    private readonly HeatmapOptions _options;
    private readonly NativeImage _picture = NativeImage.Empty();
    private byte[] _bytes = new byte[64 * 1024];

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public HeatmapEncoder(HeatmapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <param name="frame">Any size, gray or BGR.</param>
    /// <param name="map">mapHeight × mapWidth, row-major, stretched over the frame.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="mapHeight">Rows of the map.</param>
    /// <param name="low">Values up to here are left uncolored.</param>
    /// <param name="high">Values from here on get the hottest color; above low.</param>
    /// <returns>JPEG or PNG, as the options say; valid until the next call.</returns>
    public ReadOnlyMemory<byte> Encode(
        NativeImage frame, ReadOnlySpan<float> map, int mapWidth, int mapHeight, float low, float high)
    {
        ImageOperations.RenderHeatmap(
            frame, map, mapWidth, mapHeight, low, high, _options.Opacity, _options.MaxWidth, _picture);
        return _options.Encode(_picture, ref _bytes);
    }

    /// <summary>As above, with the map where it belongs on the frame; what it does not cover stays natural.</summary>
    public ReadOnlyMemory<byte> Encode(
        NativeImage frame, ReadOnlySpan<float> map, in MapPlacement placement, float low, float high)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Span<double> toMap = stackalloc double[6];
        ImageOperations.RenderHeatmap(
            frame, map, placement.Width, placement.Height, ToMap(placement, (frame.Width, frame.Height), toMap), low,
            high, _options.Opacity, _options.MaxWidth, _picture);
        return _options.Encode(_picture, ref _bytes);
    }

    public void Dispose() => _picture.Dispose();

    /// <summary>
    /// Six numbers that take points of the frame to points of the map, row-major 2 × 3; none where the map is stretched
    /// over the frame.
    /// </summary>
    internal static ReadOnlySpan<double> ToMap(
        in MapPlacement placement, (int Width, int Height) frame, Span<double> into)
    {
        if (placement == MapPlacement.Stretched(placement.Width, placement.Height, frame.Width, frame.Height))
            return [];
        var (x, y) = placement.ToMap(0, 0);
        var (rightX, rightY) = placement.ToMap(1, 0);
        var (downX, downY) = placement.ToMap(0, 1);
        (into[0], into[1], into[2]) = (rightX - x, downX - x, x);
        (into[3], into[4], into[5]) = (rightY - y, downY - y, y);
        return into;
    }
}
