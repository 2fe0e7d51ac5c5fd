namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Learns how much the patches of good frames vary in each member of an ensemble, so that no member drowns the others
/// in a distance only because its numbers are larger.
/// </summary>
internal sealed class EnsembleBalance(IReadOnlyList<EmbeddingMemberInfo> members)
{
    private readonly int _dimension = members.Sum(member => member.Dimension);
    private readonly double[] _sum = new double[members.Sum(member => member.Dimension)];
    private readonly double[] _squares = new double[members.Sum(member => member.Dimension)];
    private long _count;

    /// <summary>Takes in patches: × dimension, row-major.</summary>
    public void Add(ReadOnlySpan<float> embedding)
    {
        for (int at = 0; at < embedding.Length; at += _dimension, _count++)
        {
            for (int d = 0; d < _dimension; d++)
            {
                double value = embedding[at + d];
                _sum[d] += value;
                _squares[d] += value * value;
            }
        }
    }

    /// <summary>
    /// A factor for each member, 1 for the first, after which all add the same to the mean squared distance of two good
    /// patches. That is twice the sum of the variances: a mean, however large, is in no distance.
    /// </summary>
    public float[] Weights()
    {
        var variances = new double[members.Count];
        for (int m = 0, d = 0; m < members.Count; m++)
        {
            for (int end = d + members[m].Dimension; d < end; d++)
            {
                double mean = _sum[d] / _count;
                variances[m] += Math.Max(0, (_squares[d] / _count) - (mean * mean));
            }
        }

        // Of what does not vary, or is no number, nothing can be learned; it is left as it is.
        return [.. variances.Select(variance => (float)Math.Sqrt(variances[0] / variance))
            .Select(weight => float.IsFinite(weight) && weight > 0 ? weight : 1)];
    }

    /// <summary>The weights, once for each value of a patch.</summary>
    public static float[] Spread(IReadOnlyList<EmbeddingMemberInfo> members, IReadOnlyList<float> weights) =>
        [.. members.Zip(weights).SelectMany(pair => Enumerable.Repeat(pair.Second, pair.First.Dimension))];
}
