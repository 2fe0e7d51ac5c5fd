using System.Numerics.Tensors;
using PatchCore.Edge.Conversion;

namespace PatchCore.Edge.Verdicts;

/// <summary>
/// From an anomaly map to defect regions, in pixels of the frame. Keeps its memory from frame to frame; one a thread.
/// </summary>
public sealed class RegionFinder
{
    /// <summary>Regions that are told of a frame.</summary>
    public const int Most = 16;

    /// <summary>
    /// Where nothing of a failed frame's map is above the pixel threshold, the hottest spot is what has at least this
    /// share of the largest value and touches it.
    /// </summary>
    public const float HotShare = 0.9f;

    private readonly MaskRegions _regions = new();
    private readonly DefectRegion[] _largest = new DefectRegion[Most];
    private bool[] _mask = [];
    private Extent[] _extents = [];

    /// <summary>The regions above the pixel threshold; valid until the next call.</summary>
    /// <param name="map">Height × width of the placement, row-major, finite.</param>
    /// <param name="placement">Where the map lies on the frame.</param>
    /// <param name="frame">Pixels of the frame, which boxes do not go beyond.</param>
    /// <param name="threshold">The pixel threshold.</param>
    /// <param name="hottest">Whether the hottest spot is looked for where there is no region.</param>
    public DefectRegions Find(
        ReadOnlySpan<float> map, in MapPlacement placement, (int Width, int Height) frame, float threshold,
        bool hottest)
    {
        if (map.Length != placement.Width * placement.Height)
        {
            throw new ArgumentException(
                $"the map has {map.Length} values, expected {placement.Height}×{placement.Width}", nameof(map));
        }

        var peak = TensorPrimitives.Max(map);
        if (peak > threshold)
        {
            Measure(map, placement.Width, threshold);
            return new DefectRegions(_regions.Sizes.Count, Rank(placement, frame, Most));
        }

        if (!hottest || !(peak > 0))
            return new DefectRegions(0, default);
        Measure(map, placement.Width, MathF.BitDecrement(HotShare * peak));
        return new DefectRegions(0, Rank(placement, frame, 1));
    }

    private void Measure(ReadOnlySpan<float> map, int width, float threshold)
    {
        if (_mask.Length < map.Length)
            _mask = new bool[map.Length];
        for (var i = 0; i < map.Length; i++)
            _mask[i] = map[i] > threshold;
        _regions.Find(_mask.AsSpan(0, map.Length), width);
        var count = _regions.Sizes.Count;
        if (_extents.Length < count)
            _extents = new Extent[Math.Max(count, 2 * _extents.Length)];
        Array.Fill(_extents, Extent.None, 0, count);
        var labels = _regions.Labels;
        for (var y = 0; y < map.Length / width; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var i = (y * width) + x;
                if (labels[i] > 0)
                    _extents[labels[i] - 1].Add(x, y, map[i]);
            }
        }
    }

    /// <summary>Those with the largest peaks, of equals the one that was met first.</summary>
    private ReadOnlyMemory<DefectRegion> Rank(in MapPlacement placement, (int Width, int Height) frame, int most)
    {
        var extents = _extents.AsSpan(0, _regions.Sizes.Count);
        var found = 0;
        while (found < Math.Min(most, extents.Length))
        {
            var best = 0;
            for (var i = 1; i < extents.Length; i++)
            {
                if (extents[i].Peak > extents[best].Peak)
                    best = i;
            }

            _largest[found++] = Place(extents[best], best + 1, placement, frame);
            extents[best].Peak = float.NegativeInfinity;
        }

        return _largest.AsMemory(0, found);
    }

    private DefectRegion Place(
        in Extent extent, int label, in MapPlacement placement, (int Width, int Height) frame)
    {
        var (left, top, right, bottom) = Box(extent, label, placement);
        var (peakX, peakY) = placement.ToFrame(extent.PeakX + 0.5, extent.PeakY + 0.5);
        var x = Pixel(left, frame.Width);
        var y = Pixel(top, frame.Height);
        return new DefectRegion(
            _regions.Sizes[label - 1] * placement.PixelArea,
            x, y,
            Math.Clamp((int)Math.Ceiling(right - Slack), x + 1, frame.Width) - x,
            Math.Clamp((int)Math.Ceiling(bottom - Slack), y + 1, frame.Height) - y,
            extent.Peak, Pixel(peakX, frame.Width), Pixel(peakY, frame.Height));
    }

    // What rounding leaves of a whole number must not become one pixel more.
    private const double Slack = 1e-6;

    private static int Pixel(double at, int length) => Math.Clamp((int)Math.Floor(at + Slack), 0, length - 1);

    /// <summary>
    /// Around all corners of its pixels on the frame. Of an upright map these are the corners of its box; else every
    /// pixel is asked.
    /// </summary>
    private (double Left, double Top, double Right, double Bottom) Box(
        in Extent extent, int label, in MapPlacement placement)
    {
        var (halfX, halfY) = (
            (Math.Abs(placement.XX) + Math.Abs(placement.XY)) / 2,
            (Math.Abs(placement.YX) + Math.Abs(placement.YY)) / 2);
        var box = (Left: double.MaxValue, Top: double.MaxValue, Right: double.MinValue, Bottom: double.MinValue);
        var upright = placement.XY == 0 && placement.YX == 0;
        var labels = _regions.Labels;
        for (var y = extent.Top; y <= extent.Bottom; y += upright ? Math.Max(1, extent.Bottom - extent.Top) : 1)
        {
            for (var x = extent.Left; x <= extent.Right; x += upright ? Math.Max(1, extent.Right - extent.Left) : 1)
            {
                if (!upright && labels[(y * placement.Width) + x] != label)
                    continue;
                var (frameX, frameY) = placement.ToFrame(x + 0.5, y + 0.5);
                box.Left = Math.Min(box.Left, frameX - halfX);
                box.Top = Math.Min(box.Top, frameY - halfY);
                box.Right = Math.Max(box.Right, frameX + halfX);
                box.Bottom = Math.Max(box.Bottom, frameY + halfY);
            }
        }

        return box;
    }

    /// <summary>Box and peak of a region, in map pixels, ends included.</summary>
    private struct Extent
    {
        public int Left;
        public int Top;
        public int Right;
        public int Bottom;
        public int PeakX;
        public int PeakY;
        public float Peak;

        public static Extent None { get; } = new()
        {
            Left = int.MaxValue,
            Top = int.MaxValue,
            Right = -1,
            Bottom = -1,
            Peak = float.NegativeInfinity,
        };

        public void Add(int x, int y, float value)
        {
            (Left, Right) = (Math.Min(Left, x), Math.Max(Right, x));
            (Top, Bottom) = (Math.Min(Top, y), Math.Max(Bottom, y));
            if (value > Peak)
                (Peak, PeakX, PeakY) = (value, x, y);
        }
    }
}
