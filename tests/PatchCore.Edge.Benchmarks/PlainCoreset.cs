using System.Runtime.Intrinsics;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Benchmarks;

/// <summary>
/// K-center greedy as it is usually written: every patch is measured against every pick, on all cores and with vector
/// instructions. A distance is summed in the order in which the product sums it, so that the picks can be compared.
/// </summary>
internal sealed class PlainCoreset
{
    private const int Lanes = 8;
    private const int SlicePatches = 4096;

    private readonly EmbeddingStore _store;
    private readonly float[] _nearest;
    private readonly (float Distance, int Patch)[] _tops;

    public PlainCoreset(EmbeddingStore store)
    {
        _store = store;
        _nearest = new float[store.Count];
        _nearest.AsSpan().Fill(float.PositiveInfinity);
        _tops = new (float, int)[(store.Count + SlicePatches - 1) / SlicePatches];
    }

    public int[] Select(int count, int start)
    {
        var picks = new List<int>(count) { start };
        while (picks.Count < count)
        {
            var center = _store.Patch(picks[^1]).ToArray();
            Parallel.For(0, _tops.Length, slice => _tops[slice] = Update(slice, center));
            var farthest = (Distance: 0f, Patch: -1);
            foreach (var top in _tops)
            {
                if (top.Distance > farthest.Distance)
                    farthest = top;
            }

            if (farthest.Patch < 0)
                break;
            picks.Add(farthest.Patch);
        }

        return [.. picks];
    }

    private (float Distance, int Patch) Update(int slice, float[] center)
    {
        var top = (Distance: 0f, Patch: -1);
        var end = Math.Min(_store.Count, (slice + 1) * SlicePatches);
        for (var patch = slice * SlicePatches; patch < end; patch++)
        {
            var distance = Math.Min(_nearest[patch], SquaredDistance(_store.Patch(patch), center));
            _nearest[patch] = distance;
            if (distance > top.Distance)
                top = (distance, patch);
        }

        return top;
    }

    // The dimension is a multiple of 4 vectors, as 160 is.
    private static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector256<float>.Zero;
        for (var i = 0; i < a.Length; i += 4 * Lanes)
        {
            var d0 = At(a, i) - At(b, i);
            var d1 = At(a, i + Lanes) - At(b, i + Lanes);
            var d2 = At(a, i + (2 * Lanes)) - At(b, i + (2 * Lanes));
            var d3 = At(a, i + (3 * Lanes)) - At(b, i + (3 * Lanes));
            sums += (d0 * d0) + (d1 * d1) + ((d2 * d2) + (d3 * d3));
        }

        var half = sums.GetLower() + sums.GetUpper();
        return half.GetElement(0) + half.GetElement(1) + (half.GetElement(2) + half.GetElement(3));

        static Vector256<float> At(ReadOnlySpan<float> values, int i) => Vector256.Create(values.Slice(i, Lanes));
    }
}
