namespace PatchCore.Edge.Tests.Embeddings;

/// <summary>The embedding computed as the paper words it, in double precision, with no regard for speed.</summary>
internal static class NaiveEmbedding
{
    /// <summary>A map: channels × height × width.</summary>
    public sealed record Map(double[,,] Values)
    {
        public int Channels => Values.GetLength(0);

        public int Height => Values.GetLength(1);

        public int Width => Values.GetLength(2);
    }

    public static Map Image(ReadOnlySpan<float> tensor, int channels, int height, int width)
    {
        var values = new double[channels, height, width];
        for (int i = 0; i < tensor.Length; i++) values[i / (height * width), i / width % height, i % width] = tensor[i];
        return new Map(values);
    }

    /// <summary>1×1 convolution that keeps every second pixel.</summary>
    public static Map Convolve(Map map, float[] weights, int channels) =>
        Make(channels, (map.Height + 1) / 2, (map.Width + 1) / 2, (c, y, x) =>
            Enumerable.Range(0, map.Channels).Sum(i => weights[(c * map.Channels) + i] * map.Values[i, 2 * y, 2 * x]));

    /// <summary>Mean of the 3×3 neighborhood, zeros outside counted.</summary>
    public static Map Pool(Map map) => Make(map.Channels, map.Height, map.Width, (c, y, x) =>
    {
        double sum = 0;
        for (int v = Math.Max(0, y - 1); v <= Math.Min(map.Height - 1, y + 1); v++)
        {
            for (int u = Math.Max(0, x - 1); u <= Math.Min(map.Width - 1, x + 1); u++) sum += map.Values[c, v, u];
        }

        return sum / 9;
    });

    /// <summary>Bilinear with half-pixel centers, edges repeated.</summary>
    public static Map Resize(Map map, int height, int width) => Make(map.Channels, height, width, (c, y, x) =>
    {
        var (y0, y1, fy) = Neighbors(y, map.Height, height);
        var (x0, x1, fx) = Neighbors(x, map.Width, width);
        return ((1 - fy) * (((1 - fx) * map.Values[c, y0, x0]) + (fx * map.Values[c, y0, x1])))
            + (fy * (((1 - fx) * map.Values[c, y1, x0]) + (fx * map.Values[c, y1, x1])));
    });

    /// <summary>Rows of patches, each the channels of all maps one after another.</summary>
    public static double[] Patches(params Map[] maps)
    {
        var rows = new List<double>();
        for (int y = 0; y < maps[0].Height; y++)
        {
            for (int x = 0; x < maps[0].Width; x++)
            {
                foreach (var map in maps)
                    rows.AddRange(Enumerable.Range(0, map.Channels).Select(c => map.Values[c, y, x]));
            }
        }

        return [.. rows];
    }

    private static (int Low, int High, double Fraction) Neighbors(int at, int from, int to)
    {
        double source = Math.Max(0, ((at + .5) * from / to) - .5);
        int low = Math.Min((int)source, from - 1);
        return (low, Math.Min(low + 1, from - 1), source - low);
    }

    private static Map Make(int channels, int height, int width, Func<int, int, int, double> value)
    {
        var values = new double[channels, height, width];
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++) values[c, y, x] = value(c, y, x);
            }
        }

        return new Map(values);
    }
}
