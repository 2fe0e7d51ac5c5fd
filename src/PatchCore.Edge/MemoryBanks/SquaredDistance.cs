using System.Runtime.Intrinsics;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// Squared Euclidean distance from direct differences. The expansion |a|² − 2a·b + |b|² would be a matrix product, but
/// loses to cancellation what decides between near patches; a sum of squares keeps a relative error of about 1e-6
/// however near they are.
/// </summary>
internal static class SquaredDistance
{
    private const int Lanes = 8;
    private const int Stride = 4 * Lanes;

    /// <summary>
    /// The lesser of a bound and the distance from <paramref name="a"/> to <paramref name="b"/>, of equal length. Once
    /// the sum has reached the bound the rest of it can only grow, rounded or not, and is not computed.
    /// Always 8 lanes and no fused multiplication, so that x64 and arm64, with and without AVX, round alike.
    /// </summary>
    public static float Least(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float bound)
    {
        var sums = Vector256<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Stride; i += Stride)
        {
            var d0 = Vector256.Create(a.Slice(i, Lanes)) - Vector256.Create(b.Slice(i, Lanes));
            var d1 = Vector256.Create(a.Slice(i + Lanes, Lanes)) - Vector256.Create(b.Slice(i + Lanes, Lanes));
            var d2 = Vector256.Create(a.Slice(i + 2 * Lanes, Lanes)) - Vector256.Create(b.Slice(i + 2 * Lanes, Lanes));
            var d3 = Vector256.Create(a.Slice(i + 3 * Lanes, Lanes)) - Vector256.Create(b.Slice(i + 3 * Lanes, Lanes));
            sums += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
            if (Sum(sums) >= bound)
                return bound;
        }

        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var d = Vector256.Create(a.Slice(i, Lanes)) - Vector256.Create(b.Slice(i, Lanes));
            sums += d * d;
        }

        var sum = Sum(sums);
        for (; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Min(sum, bound);
    }

    // Not Vector256.Sum, whose order is the platform's.
    private static float Sum(Vector256<float> v)
    {
        var half = v.GetLower() + v.GetUpper();
        return half.GetElement(0) + half.GetElement(1) + (half.GetElement(2) + half.GetElement(3));
    }
}
