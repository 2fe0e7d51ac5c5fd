using System.Globalization;
using System.Text;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Reports;

/// <summary>The borders of a mask's defects as lines, so that they stay sharp and hide nothing.</summary>
internal static class MaskOutline
{
    /// <param name="mask">White where the defects are; any size.</param>
    /// <param name="width">Columns of the picture that it is laid over.</param>
    /// <param name="height">Rows of that picture.</param>
    /// <returns>An SVG path in units of the picture's pixels; empty when the mask is black.</returns>
    public static string Of(NativeImage mask, int width, int height)
    {
        var defects = Shrink(mask, width, height);
        var path = new StringBuilder();
        // Borders between rows, then between columns; neighbors on one line are one stroke.
        for (var y = 0; y <= height; y++)
            Strokes(path, width, x => At(x, y - 1) != At(x, y), (x, n) => $"M{x} {y}h{n}");
        for (var x = 0; x <= width; x++)
            Strokes(path, height, y => At(x - 1, y) != At(x, y), (y, n) => $"M{x} {y}v{n}");
        return path.ToString();

        bool At(int x, int y) => x >= 0 && y >= 0 && x < width && y < height && defects[(y * width) + x];
    }

    // A pixel is part of a defect if any that it stands for is: small defects must not vanish.
    private static bool[] Shrink(NativeImage mask, int width, int height)
    {
        var defects = new bool[width * height];
        var pixels = mask.Pixels;
        var (columns, rows, channels) = (mask.Width, mask.Height, (int)mask.Format);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                if (pixels[((y * columns) + x) * channels] > 127)
                    defects[((int)((long)y * height / rows) * width) + (int)((long)x * width / columns)] = true;
            }
        }

        return defects;
    }

    private static void Strokes(
        StringBuilder path, int length, Func<int, bool> isBorder, Func<int, int, FormattableString> stroke)
    {
        for (var start = 0; start < length; start++)
        {
            var end = start;
            while (end < length && isBorder(end))
                end++;
            if (end == start)
                continue;
            path.Append(stroke(start, end - start).ToString(CultureInfo.InvariantCulture));
            start = end;
        }
    }
}
