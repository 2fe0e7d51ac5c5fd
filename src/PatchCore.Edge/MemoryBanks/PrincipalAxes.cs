using System.Numerics.Tensors;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// The directions in which patches differ most, found by orthogonal iteration on a sample of them. They need not be
/// accurate: any orthonormal directions give a bound of distances, and better ones a tighter bound.
/// </summary>
internal sealed class PrincipalAxes
{
    private const int SamplePatches = 2048;
    private const int Iterations = 6;

    private readonly double[][] _axes;
    private readonly double[] _mean;

    /// <param name="store">At least one patch.</param>
    /// <param name="count">Axes wanted; those beyond the dimension of the patches are zero.</param>
    public PrincipalAxes(EmbeddingStore store, int count)
    {
        _mean = new double[store.Dimension];
        var sample = Sample(store);
        var random = new Random(1);
        _axes = new double[count][];
        for (var a = 0; a < count; a++)
            _axes[a] = [.. Enumerable.Range(0, store.Dimension).Select(_ => random.NextDouble() - 0.5)];
        Orthonormalize();
        for (var i = 0; i < Iterations; i++)
        {
            Parallel.For(0, count, a => _axes[a] = TimesCovariance(sample, _axes[a]));
            Orthonormalize();
        }
    }

    /// <summary>Values of a patch.</summary>
    public int Dimension => _mean.Length;

    /// <summary>The point that the axes go through: about the mean of the patches.</summary>
    public float[] MeanToFloats() => [.. _mean.Select(value => (float)value)];

    /// <summary>Axes × dimension, row-major.</summary>
    public float[] ToFloats() => [.. _axes.SelectMany(axis => axis.Select(value => (float)value))];

    /// <summary>
    /// The patch along each axis, from the mean of all, and last the length of what no axis has. The map shortens
    /// distances, or keeps them: it is orthonormal up to the last value, and lengths differ by no more than their
    /// vectors do.
    /// </summary>
    /// <param name="patch">Values of a patch.</param>
    /// <param name="centered">Scratch of that length.</param>
    /// <param name="into">One more value than axes.</param>
    /// <returns>Squared distance from the mean.</returns>
    public double Project(ReadOnlySpan<float> patch, Span<double> centered, Span<float> into)
    {
        TensorPrimitives.ConvertTruncating(patch, centered);
        TensorPrimitives.Subtract(centered, _mean, centered);
        var squared = TensorPrimitives.SumOfSquares<double>(centered);
        var rest = squared;
        for (var a = 0; a < _axes.Length; a++)
        {
            var along = TensorPrimitives.Dot<double>(centered, _axes[a]);
            rest -= along * along;
            into[a] = (float)along;
        }

        into[_axes.Length] = (float)Math.Sqrt(Math.Max(0, rest));
        return squared;
    }

    private double[][] Sample(EmbeddingStore store)
    {
        var sample = new double[Math.Min(store.Count, SamplePatches)][];
        for (var i = 0; i < sample.Length; i++)
        {
            sample[i] = new double[store.Dimension];
            TensorPrimitives.ConvertTruncating(store.Patch((int)((long)i * store.Count / sample.Length)), sample[i]);
            TensorPrimitives.Add(_mean, sample[i], _mean);
        }

        TensorPrimitives.Divide(_mean, sample.Length, _mean);
        foreach (var patch in sample)
            TensorPrimitives.Subtract(patch, _mean, patch);
        return sample;
    }

    private static double[] TimesCovariance(double[][] sample, double[] axis)
    {
        var product = new double[axis.Length];
        foreach (var patch in sample)
            TensorPrimitives.MultiplyAdd(patch, TensorPrimitives.Dot<double>(patch, axis), product, product);
        return product;
    }

    // Gram-Schmidt, each axis twice: what rounding left of the others after once is gone after twice.
    private void Orthonormalize()
    {
        for (var a = 0; a < _axes.Length; a++)
        {
            var axis = _axes[a];
            for (var pass = 0; pass < 2; pass++)
            {
                var before = TensorPrimitives.Norm<double>(axis);
                for (var other = 0; other < a; other++)
                {
                    var shared = TensorPrimitives.Dot<double>(axis, _axes[other]);
                    TensorPrimitives.MultiplyAdd(_axes[other], -shared, axis, axis);
                }

                // What is left of an axis that depends on the others is rounding, and no direction.
                var length = TensorPrimitives.Norm<double>(axis);
                if (length > 1e-9 * before && double.IsFinite(length))
                    TensorPrimitives.Divide(axis, length, axis);
                else
                    axis.AsSpan().Clear();
            }
        }
    }
}
