using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Watching;

/// <summary>Received heatmaps side by side, each in a frame of its verdict's color: green, red, yellow.</summary>
internal static class ContactSheet
{
    private const int Cell = 200;
    private const int Border = 6;
    private const int Gap = 8;
    private const int MostColumns = 6;
    private const int Channels = 3;

    /// <param name="pictures">JPEGs of any size; at least one.</param>
    /// <param name="path">Ends with .png or .jpg.</param>
    public static void Save(IReadOnlyList<(byte[] Jpeg, Verdict Verdict)> pictures, string path)
    {
        var columns = Math.Min(MostColumns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var pitch = Cell + (2 * Border) + Gap;
        using var sheet = NativeImage.Create((columns * pitch) + Gap, (rows * pitch) + Gap, PixelFormat.Bgr24);
        sheet.Pixels.Fill(32);
        for (var i = 0; i < pictures.Count; i++)
        {
            var (left, top) = (Gap + (i % columns * pitch), Gap + (i / columns * pitch));
            Fill(sheet, left, top, Cell + (2 * Border), ColorOf(pictures[i].Verdict));
            using var picture = NativeImage.Decode(pictures[i].Jpeg);
            Place(picture, sheet, left + Border, top + Border);
        }
        sheet.Write(path);
    }

    private static (byte Blue, byte Green, byte Red) ColorOf(Verdict verdict) => verdict switch
    {
        Verdict.Pass => (80, 170, 60),
        Verdict.Fail => (50, 50, 220),
        _ => (40, 200, 240),
    };

    private static void Fill(NativeImage sheet, int left, int top, int side, (byte Blue, byte Green, byte Red) color)
    {
        var pixels = sheet.Pixels;
        for (var y = top; y < top + side; y++)
        {
            for (var x = left; x < left + side; x++)
            {
                var at = ((y * sheet.Width) + x) * Channels;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = color;
            }
        }
    }

    /// <summary>Scales into the cell by averaging the pixels that fall on each, keeping the aspect, centered.</summary>
    private static void Place(NativeImage picture, NativeImage sheet, int left, int top)
    {
        var scale = (double)Cell / Math.Max(picture.Width, picture.Height);
        var (width, height) = (Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
        (left, top) = (left + ((Cell - width) / 2), top + ((Cell - height) / 2));
        var channels = (int)picture.Format;
        var from = picture.Pixels;
        var to = sheet.Pixels;
        for (var y = 0; y < height; y++)
        {
            var (y0, y1) = Span(y, height, picture.Height);
            for (var x = 0; x < width; x++)
            {
                var (x0, x1) = Span(x, width, picture.Width);
                for (var c = 0; c < Channels; c++)
                {
                    var sum = 0;
                    for (var v = y0; v < y1; v++)
                    {
                        for (var u = x0; u < x1; u++)
                            sum += from[(((v * picture.Width) + u) * channels) + Math.Min(c, channels - 1)];
                    }
                    to[((((top + y) * sheet.Width) + left + x) * Channels) + c] = (byte)(sum / ((y1 - y0) * (x1 - x0)));
                }
            }
        }
    }

    private static (int First, int End) Span(int index, int count, int length)
    {
        var first = index * length / count;
        return (first, Math.Max(first + 1, (index + 1) * length / count));
    }
}
