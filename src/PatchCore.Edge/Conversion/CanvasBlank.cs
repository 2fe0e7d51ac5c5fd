using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Conversion;

/// <summary>
/// Paints over what is not to be inspected before the backbone sees it: a patch's values depend on pixels far beyond
/// its own cell, and what lies outside of the region or is ignored must not reach them.
/// </summary>
internal sealed class CanvasBlank
{
    private readonly (int From, int Count)[] _runs;
    private readonly byte[] _color;
    private readonly byte _gray;

    private CanvasBlank((int From, int Count)[] runs, Preprocessing preprocessing)
    {
        _runs = runs;
        // What the normalization takes to zero: the mean of what the backbone was trained on. Blue, green, red.
        var values = preprocessing.Mean.Select(
            mean => (byte)Math.Clamp(Math.Round(mean / preprocessing.Scale), 0, 255));
        _color = [.. preprocessing.Rgb ? values.Reverse() : values];
        _gray = (byte)Math.Round(_color.Average(value => value));
    }

    /// <summary>
    /// For a geometry; null where every pixel that a canvas is made of is inspected. A frame pixel is inspected when
    /// its center lies in the region and in nothing to ignore; a canvas pixel that any other flows into is painted
    /// over.
    /// </summary>
    public static CanvasBlank? Create(GeometryInfo info, FrameGeometry geometry, Preprocessing preprocessing)
    {
        if (info.Region.Length == 0 && info.Ignore.Length == 0)
            return null;
        var crop = geometry.Crop;
        var outside = CountOutside(info, crop);
        if (outside[^1] == 0)
            return null;
        var (canvas, content) = (geometry.Canvas, geometry.Content);
        var (scaleX, scaleY) = ((double)crop.Width / content.Width, (double)crop.Height / content.Height);
        // Enlarging interpolates between neighbors, and so does alignment, along axes that are turned.
        var reach = (scaleX < 1 || scaleY < 1 ? 1 : 0) + (info.Alignment is null ? 0 : 2);
        var runs = new List<(int From, int Count)>();
        for (var y = 0; y < canvas.Height; y++)
        {
            var (top, bottom) = Read(y - content.Y, content.Height, scaleY, crop.Height, reach);
            for (var x = 0; x < canvas.Width; x++)
            {
                var (left, right) = Read(x - content.X, content.Width, scaleX, crop.Width, reach);
                if (Sum(left, top, right, bottom) == 0)
                    continue;
                var at = (y * canvas.Width) + x;
                if (runs.Count > 0 && runs[^1] is var last && last.From + last.Count == at)
                    runs[^1] = (last.From, last.Count + 1);
                else
                    runs.Add((at, 1));
            }
        }

        return runs.Count == 0 ? null : new CanvasBlank([.. runs], preprocessing);

        int Sum(int left, int top, int right, int bottom)
        {
            var stride = crop.Width + 1;
            return outside[(bottom * stride) + right] - outside[(top * stride) + right]
                - outside[(bottom * stride) + left] + outside[(top * stride) + left];
        }
    }

    /// <summary>Paints over one canvas.</summary>
    public void Apply(NativeImage canvas)
    {
        var pixels = canvas.Pixels;
        var isGray = canvas.Format == PixelFormat.Gray8;
        foreach (var (from, count) in _runs)
        {
            if (isGray)
            {
                pixels.Slice(from, count).Fill(_gray);
                continue;
            }

            for (var i = from; i < from + count; i++)
                _color.CopyTo(pixels[(3 * i)..]);
        }
    }

    /// <summary>Pixels of the crop, from the first to before the second, that a canvas pixel is made of.</summary>
    private static (int From, int To) Read(int at, int content, double scale, int crop, int reach)
    {
        // Padding repeats the nearest pixel of the content. INTER_AREA leaves out what covers less than a thousandth.
        at = Math.Clamp(at, 0, content - 1);
        return (
            Math.Max(0, (int)Math.Floor((at * scale) + 1e-6) - reach),
            Math.Min(crop, (int)Math.Ceiling(((at + 1) * scale) - 1e-6) + reach));
    }

    /// <summary>
    /// A summed-area table, (height + 1) × (width + 1): pixels of the crop above and left that are not inspected.
    /// </summary>
    private static int[] CountOutside(GeometryInfo info, PixelBox crop)
    {
        var stride = crop.Width + 1;
        var sums = new int[checked(stride * (crop.Height + 1))];
        for (var y = 0; y < crop.Height; y++)
        {
            var row = 0;
            for (var x = 0; x < crop.Width; x++)
            {
                row += FrameGeometry.IsInspected(info, crop, crop.X + x + 0.5, crop.Y + y + 0.5) ? 0 : 1;
                sums[((y + 1) * stride) + x + 1] = sums[(y * stride) + x + 1] + row;
            }
        }

        return sums;
    }
}
