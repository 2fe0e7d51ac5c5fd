using System.Numerics;
using System.Numerics.Tensors;

namespace PatchCore.Edge.Scores;

/// <summary>Renders patch scores as an anomaly map into a buffer of its own.</summary>
internal sealed class AnomalyMap
{
    private readonly int _gridHeight;
    private readonly int _gridWidth;
    private readonly int _width;
    private readonly MapOperator _vertical;
    private readonly MapOperator _horizontal;
    private readonly float[] _stretched;
    private readonly float[] _pixels;
    private float[]? _gains;

    public AnomalyMap(ScoreOptions options, int gridHeight, int gridWidth, int height, int width)
    {
        if (gridHeight < 1 || gridWidth < 1 || height < 1 || width < 1)
        {
            throw new ArgumentException(
                $"the grid is {gridHeight}×{gridWidth} and the map {height}×{width}, expected at least 1×1 each");
        }

        if (!(options.Sigma >= 0 && options.Sigma <= 1000))
            throw new ArgumentException($"sigma is {options.Sigma}, expected 0 to 1000", nameof(options));

        _gridHeight = gridHeight;
        _gridWidth = gridWidth;
        _width = width;
        _vertical = new MapOperator(gridHeight, height, options.Sigma, options.Upsampling);
        _horizontal = new MapOperator(gridWidth, width, options.Sigma, options.Upsampling);
        _stretched = new float[gridHeight * width];
        _pixels = new float[height * width];
    }

    /// <summary>Height × width, row-major.</summary>
    public ReadOnlySpan<float> Pixels => _pixels;

    /// <summary>
    /// From now on what is inactive has no say: a pixel is the weighted mean of the active patches within its reach, so
    /// that a defect at the border is as hot as one elsewhere, and 0 where nothing is inspected.
    /// </summary>
    /// <param name="active">Indices of the grid.</param>
    /// <param name="mask">By pixel, whether it is inspected; null when all are.</param>
    public void Mask(IReadOnlyList<int> active, IReadOnlyList<bool>? mask)
    {
        var ones = new float[_gridHeight * _gridWidth];
        foreach (var patch in active)
            ones[patch] = 1;
        _gains = null;
        Render(ones);
        _gains = new float[_pixels.Length];
        for (var i = 0; i < _gains.Length; i++)
            _gains[i] = (mask is null || mask[i]) && _pixels[i] > 1e-6f ? 1 / _pixels[i] : 0;
    }

    /// <param name="patchScores">Grid height × width, row-major.</param>
    public void Render(ReadOnlySpan<float> patchScores)
    {
        // Across first: it runs once a grid row, and leaves the many map rows to be summed whole vectors at a time.
        for (var x = 0; x < _width; x++)
        {
            var first = _horizontal.First(x);
            var weights = _horizontal.Weights(x);
            for (var row = 0; row < _gridHeight; row++)
            {
                var sum = 0f;
                var scores = patchScores.Slice(row * _gridWidth + first, weights.Length);
                for (var tap = 0; tap < weights.Length; tap++)
                    sum += weights[tap] * scores[tap];
                _stretched[row * _width + x] = sum;
            }
        }

        for (var y = 0; y < _pixels.Length / _width; y++)
        {
            SumRows(
                _stretched.AsSpan(_vertical.First(y) * _width), _vertical.Weights(y),
                _pixels.AsSpan(y * _width, _width));
        }

        if (_gains is not null)
            TensorPrimitives.Multiply(_pixels, _gains, _pixels);
    }

    private static void SumRows(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, Span<float> into)
    {
        var x = 0;
        for (; x <= into.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += weights[tap] * new Vector<float>(rows[(tap * into.Length + x)..]);
            sum.CopyTo(into[x..]);
        }

        for (; x < into.Length; x++)
        {
            var sum = 0f;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += weights[tap] * rows[tap * into.Length + x];
            into[x] = sum;
        }
    }
}
