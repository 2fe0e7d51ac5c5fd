using System.Numerics.Tensors;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Learns the linear map after which the patches of good frames vary alike in every direction, so that the Euclidean
/// distance between two patches becomes their Mahalanobis distance: (x − y)ᵀ C⁻¹ (x − y), C the covariance of good
/// patches. A deviation then weighs by how unusual it is, not by how large the network's numbers happen to be.
/// </summary>
internal sealed class Whitening(int dimension)
{
    private readonly double[] _sum = new double[dimension];
    private readonly double[] _products = new double[dimension * dimension];
    private readonly double[] _patch = new double[dimension];

    /// <summary>Patches seen.</summary>
    public long Count { get; private set; }

    /// <summary>Takes in the patches of one frame.</summary>
    /// <param name="embedding">
    /// Patches × dimension, row-major; left out if a value is not finite, which would spoil all others.
    /// </param>
    public void Add(ReadOnlySpan<float> embedding)
    {
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude(embedding)))
            return;
        for (var at = 0; at < embedding.Length; at += dimension, Count++)
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
    /// The map x · weights + bias. With C = L Lᵀ (Cholesky), the weights are L⁻ᵀ: any other root of C⁻¹ is this one
    /// rotated, which no distance notices.
    /// </summary>
    /// <param name="shrinkage">
    /// Above 0: this share of the mean variance is added to every direction, so that those in which good patches hardly
    /// vary do not drown the rest in their noise.
    /// </param>
    /// <returns>
    /// Weights, dimension × dimension, row-major, and the bias that centers good patches on 0; null where patches do
    /// not vary.
    /// </returns>
    public (float[] Weights, float[] Bias)? Solve(double shrinkage)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shrinkage);
        var root = Covariance();
        var variance = Enumerable.Range(0, dimension).Average(i => root[(i * dimension) + i]);
        if (!(variance > 0))
            return null;
        for (var i = 0; i < dimension; i++)
            root[(i * dimension) + i] += shrinkage * variance;
        Factor(root);

        var weights = new float[dimension * dimension];
        var bias = new float[dimension];
        var column = new double[dimension];
        for (var unit = 0; unit < dimension; unit++)
        {
            // Column `unit` of L⁻¹ by forward substitution is row `unit` of L⁻ᵀ.
            Array.Clear(column);
            for (var row = unit; row < dimension; row++)
            {
                var known = TensorPrimitives.Dot(root.AsSpan(row * dimension, row), column.AsSpan(0, row));
                column[row] = ((row == unit ? 1 : 0) - known) / root[(row * dimension) + row];
                weights[(unit * dimension) + row] = (float)column[row];
                bias[row] -= (float)(column[row] * _sum[unit] / Count);
            }
        }

        return (weights, bias);
    }

    private double[] Covariance()
    {
        var covariance = new double[dimension * dimension];
        for (var row = 0; row < dimension; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var at = (row * dimension) + column;
                covariance[at] = (_products[at] - (_sum[row] * _sum[column] / Count)) / Count;
            }
        }

        return covariance;
    }

    /// <summary>Cholesky: the lower triangle becomes L. Positive definite by the shrinkage.</summary>
    private void Factor(double[] matrix)
    {
        for (var row = 0; row < dimension; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var rest = matrix[(row * dimension) + column] - TensorPrimitives.Dot(
                    matrix.AsSpan(row * dimension, column), matrix.AsSpan(column * dimension, column));
                matrix[(row * dimension) + column] = row == column
                    ? Math.Sqrt(rest)
                    : rest / matrix[(column * dimension) + column];
            }
        }
    }
}
