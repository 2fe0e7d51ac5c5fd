using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class WhiteningTests
{
    private static readonly float[] Patches = [3, 3, -1, 1, 1, 5, 1, -1, 2, 4, 0, 0];

    [Fact]
    public void Distance_after_whitening_is_that_of_Mahalanobis()
    {
        var (weights, _) = Learn(Patches, 1e-9)!.Value;

        // (x, y) C⁻¹ (x, y)ᵀ with the inverse of a 2×2 matrix written out.
        var (c00, c01, c11) = Covariance(Patches);
        var determinant = (c00 * c11) - (c01 * c01);
        foreach (var (x, y) in new[] { (1f, 0f), (0f, 1f), (2f, -3f) })
        {
            var expected = ((c11 * x * x) - (2 * c01 * x * y) + (c00 * y * y)) / determinant;
            var a = (x * weights[0]) + (y * weights[2]);
            var b = (x * weights[1]) + (y * weights[3]);
            Assert.Equal(expected, (a * a) + (b * b), 1e-4 * expected);
        }
    }

    [Fact]
    public void Good_patches_are_centered_on_zero_and_vary_alike()
    {
        var (weights, bias) = Learn(Patches, 1e-9)!.Value;

        var whitened = new float[Patches.Length];
        for (var at = 0; at < Patches.Length; at += 2)
        {
            for (var unit = 0; unit < 2; unit++)
            {
                whitened[at + unit] =
                    (Patches[at] * weights[unit]) + (Patches[at + 1] * weights[2 + unit]) + bias[unit];
            }
        }

        var (c00, c01, c11) = Covariance(whitened);
        Assert.Equal(1, c00, 1e-4);
        Assert.Equal(0, c01, 1e-4);
        Assert.Equal(1, c11, 1e-4);
        Assert.Equal(0, whitened.Sum(), 1e-4);
    }

    [Fact]
    public void Shrinkage_keeps_a_direction_without_variation_from_drowning_the_rest()
    {
        // The second value never varies; the mean variance is half of the first's 4.
        var (weights, _) = Learn([2, 7, -2, 7], shrinkage: 0.5)!.Value;

        // The direction that varies most comes first; a direction has no sign.
        Assert.Equal(1 / Math.Sqrt(4 + (0.5 * 2)), Math.Abs(weights[0]), 1e-6);
        Assert.Equal(1 / Math.Sqrt(0.5 * 2), Math.Abs(weights[3]), 1e-6);
    }

    [Fact]
    public void Patches_that_do_not_vary_have_no_whitening() => Assert.Null(Learn([1, 2, 1, 2], 0.02));

    [Fact]
    public void Without_shrinkage_distances_stay_and_the_directions_that_vary_most_are_kept()
    {
        var whitening = new Whitening(3);
        whitening.Add([1, 0, 5, -1, 0, -5, 2, 0.1f, 10, -2, -0.1f, -10]);

        var (weights, bias) = whitening.Solve(shrinkage: 0, kept: 1)!.Value;

        // All but a hundredth lies along (1, 0, 5) / √26.
        Assert.Equal(3, weights.Length);
        Assert.Equal(1 / Math.Sqrt(26), Math.Abs(weights[0]), 1e-3);
        Assert.Equal(5, weights[2] / weights[0], 1e-3);
        Assert.Equal(0, bias[0], 1e-6);
    }

    [Fact]
    public void Balance_gives_each_layer_the_variance_of_its_weight_squared()
    {
        var whitening = new Whitening(3);
        whitening.Add([3, 0, 100, -3, 4, -100, 3, 4, 100, -3, 0, -100]);

        var factors = whitening.Balance([2, 1], [1, 0.5f]);

        // Total variances are 3² + 2² and 100².
        Assert.Equal(1 / Math.Sqrt(13), factors[0], 1e-6);
        Assert.Equal(factors[0], factors[1]);
        Assert.Equal(0.5 / 100, factors[2], 1e-8);
    }

    [Fact]
    public void Layer_that_does_not_vary_is_left_as_it_is()
    {
        var whitening = new Whitening(2);
        whitening.Add([1, 7, -1, 7]);

        Assert.Equal([1f, 1f], whitening.Balance([1, 1], [1, 3]));
    }

    [Fact]
    public void Step_takes_every_so_many_patches_from_the_first()
    {
        var whitening = new Whitening(1);
        whitening.Add([5, 900, 900, 7, 900], step: 3);

        Assert.Equal(2, whitening.Count);
        Assert.Equal(1, Math.Abs(whitening.Solve(0)!.Value.Bias[0]) / 6, 1e-6);
    }

    [Fact]
    public void Frame_with_a_value_that_is_not_finite_is_left_out()
    {
        var whitening = new Whitening(2);
        whitening.Add([1, float.NaN]);
        whitening.Add([1, float.PositiveInfinity]);
        Assert.Equal(0, whitening.Count);
        whitening.Add([1, 2]);
        Assert.Equal(1, whitening.Count);
    }

    private static (float[] Weights, float[] Bias)? Learn(ReadOnlySpan<float> patches, double shrinkage)
    {
        var whitening = new Whitening(2);
        whitening.Add(patches[..2]);
        whitening.Add(patches[2..]);
        return whitening.Solve(shrinkage);
    }

    private static (double C00, double C01, double C11) Covariance(float[] patches)
    {
        var pairs = patches.Chunk(2).ToArray();
        var (x, y) = (pairs.Average(p => p[0]), pairs.Average(p => p[1]));
        return (
            pairs.Average(p => (p[0] - x) * (p[0] - x)),
            pairs.Average(p => (p[0] - x) * (p[1] - y)),
            pairs.Average(p => (p[1] - y) * (p[1] - y)));
    }
}
