namespace PatchCore.Edge.Scores;

/// <summary>
/// Upsampling followed by smoothing along one axis, as one matrix. Both are linear, borders included, so their product
/// can be formed once: each map pixel is then a weighted sum of the few patches within its reach.
/// </summary>
internal sealed class MapOperator
{
    private readonly float[] _weights;
    private readonly int[] _first;

    public MapOperator(int patches, int pixels, double sigma, MapUpsampling upsampling)
    {
        var matrix = new double[pixels, patches];
        var kernel = Gaussian(sigma);
        var radius = kernel.Length / 2;
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            for (var tap = -radius; tap <= radius; tap++)
            {
                var weight = kernel[tap + radius];
                if (upsampling == MapUpsampling.Bilinear)
                    AddBilinear(matrix, pixel, RepeatEdge(pixel + tap, pixels), weight);
                else
                    matrix[pixel, (int)((long)MirrorEdge(pixel + tap, pixels) * patches / pixels)] += weight;
            }
        }

        _first = new int[pixels];
        Taps = 0;
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var last = patches - 1;
            while (matrix[pixel, _first[pixel]] == 0)
                _first[pixel]++;
            while (matrix[pixel, last] == 0)
                last--;
            Taps = Math.Max(Taps, last - _first[pixel] + 1);
        }

        _weights = new float[pixels * Taps];
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            _first[pixel] = Math.Min(_first[pixel], patches - Taps);
            for (var tap = 0; tap < Taps; tap++)
                _weights[pixel * Taps + tap] = (float)matrix[pixel, _first[pixel] + tap];
        }
    }

    /// <summary>Patches that a pixel is made of, the same for every pixel.</summary>
    public int Taps { get; }

    /// <summary>The first of the patches that a pixel is made of.</summary>
    public int First(int pixel) => _first[pixel];

    /// <summary>Their weights, which sum to 1.</summary>
    public ReadOnlySpan<float> Weights(int pixel) => _weights.AsSpan(pixel * Taps, Taps);

    // Radius ⌊4σ + ½⌋, which leaves out less than 1e-4 of the bell's area.
    private static double[] Gaussian(double sigma)
    {
        if (sigma == 0)
            return [1];
        var radius = (int)(4 * sigma + 0.5);
        var kernel = new double[2 * radius + 1];
        var sum = 0.0;
        for (var i = 0; i < kernel.Length; i++)
        {
            kernel[i] = Math.Exp(-0.5 * (i - radius) * (i - radius) / (sigma * sigma));
            sum += kernel[i];
        }

        for (var i = 0; i < kernel.Length; i++)
            kernel[i] /= sum;
        return kernel;
    }

    // Half-pixel centers: pixel x lies at (x + ½)·patches/pixels − ½ between the centers of two patches.
    private static void AddBilinear(double[,] matrix, int pixel, int source, double weight)
    {
        var (pixels, patches) = (matrix.GetLength(0), matrix.GetLength(1));
        var position = Math.Max(0, (source + 0.5) * patches / pixels - 0.5);
        var low = Math.Min((int)position, patches - 1);
        var high = Math.Min(low + 1, patches - 1);
        matrix[pixel, low] += weight * (1 - (position - low));
        matrix[pixel, high] += weight * (position - low);
    }

    // d c b a | a b c d | d c b a
    private static int RepeatEdge(int i, int length)
    {
        var folded = Modulo(i, 2 * length);
        return folded < length ? folded : 2 * length - 1 - folded;
    }

    // d c b | a b c d | c b a
    private static int MirrorEdge(int i, int length)
    {
        if (length == 1)
            return 0;
        var folded = Modulo(i, 2 * (length - 1));
        return folded < length ? folded : 2 * (length - 1) - folded;
    }

    private static int Modulo(int i, int n) => (i % n + n) % n;
}
