using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Learns a linear map of patches from good ones: it makes each layer count as much as it should, whitens, so that a
/// deviation weighs by how unusual it is, and keeps the directions that say most. Fully whitened, the Euclidean distance
/// of two patches is their Mahalanobis distance: (x − y)ᵀ C⁻¹ (x − y), C the covariance of good patches.
/// </summary>
internal sealed class Whitening(int dimension)
{
    private readonly double[] _sum = new double[dimension];
    private readonly double[] _products = new double[dimension * dimension];
    private readonly double[] _patch = new double[dimension];

    /// <summary>Patches seen.</summary>
    public long Count { get; private set; }

    /// <summary>Takes in patches of one frame.</summary>
    /// <param name="embedding">
    /// Patches × dimension, row-major; left out if a value is not finite, which would spoil all others.
    /// </param>
    /// <param name="step">Takes the first patch and every so many after it: neighbors say much the same.</param>
    public void Add(ReadOnlySpan<float> embedding, int step = 1)
    {
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude(embedding)))
            return;
        for (var at = 0; at < embedding.Length; at += step * dimension, Count++)
        {
            TensorPrimitives.ConvertTruncating(embedding.Slice(at, dimension), _patch);
            TensorPrimitives.Add(_sum, _patch, _sum);
            // The lower triangle: the other is its mirror image.
            for (var row = 0; row < dimension; row++)
            {
                var products = _products.AsSpan(row * dimension, row + 1);
                TensorPrimitives.MultiplyAdd(_patch.AsSpan(0, row + 1), _patch[row], products, products);
            }
        }
    }

    /// <summary>
    /// A factor for each value of a patch, after which the total variance of each layer is the square of its weight.
    /// </summary>
    /// <param name="channels">Values of each layer, in the order of the patch.</param>
    /// <param name="weights">One for each layer.</param>
    public float[] Balance(IReadOnlyList<int> channels, IReadOnlyList<float> weights)
    {
        var factors = new float[dimension];
        for (int layer = 0, from = 0; layer < channels.Count; from += channels[layer++])
        {
            var variance = Enumerable.Range(from, channels[layer]).Sum(value => Covariance(value, value));
            var factor = (float)(weights[layer] / Math.Sqrt(variance));
            // Of a layer that does not vary nothing can be learned; it is left as it is.
            factors.AsSpan(from, channels[layer]).Fill(float.IsFinite(factor) ? factor : 1);
        }

        return factors;
    }

    /// <summary>
    /// The map x · weights + bias onto the principal directions of what the factors make of patches, each divided by the
    /// root of its variance plus what the shrinkage adds.
    /// </summary>
    /// <param name="shrinkage">
    /// Share of the mean variance that is added to every direction, so that those in which good patches hardly vary do
    /// not drown the rest in their noise; 0 leaves all directions as they are.
    /// </param>
    /// <param name="factors">One for each value; empty for none.</param>
    /// <param name="kept">Directions kept, those of the largest variance; 0 keeps all.</param>
    /// <returns>
    /// Weights, dimension × kept, row-major, and the bias that centers good patches on 0; null where patches do not
    /// vary.
    /// </returns>
    public (float[] Weights, float[] Bias)? Solve(double shrinkage, ReadOnlySpan<float> factors = default, int kept = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shrinkage);
        var scale = factors.IsEmpty ? [.. Enumerable.Repeat(1f, dimension)] : factors.ToArray();
        var covariance = Matrix<double>.Build.Dense(
            dimension, dimension, (row, column) => scale[row] * scale[column] * Covariance(row, column));
        var mean = covariance.Trace() / dimension;
        if (!(mean > 0))
            return null;
        var evd = covariance.Evd(Symmetricity.Symmetric);
        kept = kept == 0 ? dimension : Math.Min(kept, dimension);

        var weights = new float[dimension * kept];
        var bias = new float[kept];
        for (var unit = 0; unit < kept; unit++)
        {
            var direction = dimension - 1 - unit; // ascending eigenvalues
            // Rounding leaves a variance of 0 a little below.
            var variance = Math.Max(0, evd.EigenValues[direction].Real);
            var gain = shrinkage > 0 ? 1 / Math.Sqrt(variance + (shrinkage * mean)) : 1;
            var offset = 0.0;
            for (var value = 0; value < dimension; value++)
            {
                var weight = scale[value] * evd.EigenVectors[value, direction] * gain;
                weights[(value * kept) + unit] = (float)weight;
                offset -= weight * _sum[value] / Count;
            }

            bias[unit] = (float)offset;
        }

        return (weights, bias);
    }

    private double Covariance(int row, int column) =>
        (_products[(Math.Max(row, column) * dimension) + Math.Min(row, column)]
            - (_sum[row] * _sum[column] / Count)) / Count;
}
