using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Scores;

/// <summary>
/// The factor between the largest patch score and the image score. Softmax terms are taken relative to the largest
/// distance and the weight is summed from the terms that remain, rather than as 1 − softmax: nothing overflows, nothing
/// cancels.
/// </summary>
internal sealed class PatchWeight
{
    private readonly INeighborIndex _index;
    private readonly Reweighting _reweighting;
    private readonly float[] _vector;
    private readonly float[] _distances;
    private readonly long[] _neighbors;
    private readonly double[] _patchDistances;

    public PatchWeight(INeighborIndex index, ScoreOptions options)
    {
        if (options.Neighbors < 1)
            throw new ArgumentException($"neighbors is {options.Neighbors}, expected 1 or more", nameof(options));

        // A small bank has fewer neighbors to offer than were asked for.
        var neighbors = Math.Min(options.Neighbors, index.Count);
        _index = index;
        _reweighting = options.Reweighting;
        _vector = new float[index.Dimension];
        _distances = new float[neighbors];
        _neighbors = new long[neighbors];
        _patchDistances = new double[neighbors];
    }

    /// <summary>
    /// 0 to 1; NaN when the index could not answer. 1 where there is a single distance, which has nothing to be
    /// compared with.
    /// </summary>
    /// <param name="patch">The worst patch's embedding.</param>
    /// <param name="nearest">The bank vector nearest to it.</param>
    public double Of(ReadOnlySpan<float> patch, long nearest)
    {
        if (_reweighting == Reweighting.None || _patchDistances.Length == 1)
            return 1;
        return _reweighting == Reweighting.Paper ? Paper(patch, nearest) : Seed(patch);
    }

    // Equation 7: w = 1 − exp(d₀) / Σ exp(dᵢ) over the bank vectors nearest to the patch's nearest one, which is the
    // first of them; dᵢ is the patch's distance to each.
    private double Paper(ReadOnlySpan<float> patch, long nearest)
    {
        _index.Vector(nearest, _vector);
        _index.Search(_vector, _neighbors.Length, _distances, _neighbors);
        for (var i = 0; i < _neighbors.Length; i++)
        {
            if (_neighbors[i] < 0)
                return double.NaN;
            _index.Vector(_neighbors[i], _vector);
            _patchDistances[i] = Distance(patch, _vector);
        }

        return OneMinusSoftmax(_patchDistances, 0);
    }

    // w = 1 − max softmax over the patch's own distances, whose largest is the last.
    private double Seed(ReadOnlySpan<float> patch)
    {
        _index.Search(patch, _neighbors.Length, _distances, _neighbors);
        for (var i = 0; i < _neighbors.Length; i++)
            _patchDistances[i] = _neighbors[i] < 0 ? double.NaN : _distances[i];
        return OneMinusSoftmax(_patchDistances, _patchDistances.Length - 1);
    }

    private static double OneMinusSoftmax(ReadOnlySpan<double> distances, int of)
    {
        var largest = double.NegativeInfinity;
        foreach (var distance in distances)
            largest = Math.Max(largest, distance);

        double others = 0, sum = 0;
        for (var i = 0; i < distances.Length; i++)
        {
            var term = Math.Exp(distances[i] - largest);
            sum += term;
            if (i != of)
                others += term;
        }

        return others / sum;
    }

    // In double: the square of a finite float never overflows there.
    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
