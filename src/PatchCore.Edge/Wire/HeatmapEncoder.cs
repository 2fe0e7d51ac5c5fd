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

        if (Quality is not (>= 1 and <= 100))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Quality of heatmaps is {Quality}, expected 1 to 100"), nameof(Quality));
        }
    }
}

/// <summary>
/// Frame and anomaly map to the picture that people look at, as JPEG. Keeps its buffers; one a thread.
/// </summary>
public sealed class HeatmapEncoder : IDisposable
{
    private readonly HeatmapOptions _options;
    private readonly NativeImage _picture = NativeImage.Empty();
    private byte[] _jpeg = new byte[64 * 1024];

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
    /// <returns>A JPEG, valid until the next call.</returns>
    public ReadOnlyMemory<byte> Encode(
        NativeImage frame, ReadOnlySpan<float> map, int mapWidth, int mapHeight, float low, float high)
    {
        ImageOperations.RenderHeatmap(
            frame, map, mapWidth, mapHeight, low, high, _options.Opacity, _options.MaxWidth, _picture);
        return Jpeg();
    }

    /// <summary>As above, with the map where it belongs on the frame; what it does not cover stays natural.</summary>
    public ReadOnlyMemory<byte> Encode(
        NativeImage frame, ReadOnlySpan<float> map, in MapPlacement placement, float low, float high)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var (width, height) = (frame.Width, frame.Height);
        if (placement == MapPlacement.Stretched(placement.Width, placement.Height, width, height))
            return Encode(frame, map, placement.Width, placement.Height, low, high);
        var (x, y) = placement.ToMap(0, 0);
        var (rightX, rightY) = placement.ToMap(1, 0);
        var (downX, downY) = placement.ToMap(0, 1);
        ReadOnlySpan<double> toMap = [rightX - x, downX - x, x, rightY - y, downY - y, y];
        ImageOperations.RenderHeatmap(
            frame, map, placement.Width, placement.Height, toMap, low, high, _options.Opacity, _options.MaxWidth,
            _picture);
        return Jpeg();
    }

    public void Dispose() => _picture.Dispose();

    private ReadOnlyMemory<byte> Jpeg()
    {
        var length = ImageOperations.EncodeJpeg(_picture, _options.Quality, ref _jpeg);
        return _jpeg.AsMemory(0, length);
    }
}
