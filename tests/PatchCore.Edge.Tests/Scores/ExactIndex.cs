using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge.Tests.Scores;

/// <summary>Compares with every vector, in double: an index to hold scores against without any engine.</summary>
internal sealed class ExactIndex(float[] vectors, int dimension) : INeighborIndex
{
    private readonly double[] _distances = new double[vectors.Length / dimension];

    public int Dimension => dimension;

    public int Count => vectors.Length / dimension;

    public string Kind => "exact";

    /// <summary>Searches so far.</summary>
    public int Searches { get; private set; }

    public void Search(ReadOnlySpan<float> queries, int neighbors, Span<float> distances, Span<long> indices)
    {
        Searches++;
        for (var query = 0; query < queries.Length / dimension; query++)
        {
            for (var i = 0; i < Count; i++)
            {
                var sum = 0.0;
                for (var d = 0; d < dimension; d++)
                    sum += Math.Pow((double)queries[query * dimension + d] - vectors[i * dimension + d], 2);
                _distances[i] = Math.Sqrt(sum);
            }

            for (var n = 0; n < neighbors; n++)
            {
                var nearest = -1;
                for (var i = 0; i < Count; i++)
                {
                    if (_distances[i] < (nearest < 0 ? double.PositiveInfinity : _distances[nearest]))
                        nearest = i;
                }

                indices[query * neighbors + n] = nearest;
                distances[query * neighbors + n] = nearest < 0 ? float.MaxValue : (float)_distances[nearest];
                if (nearest >= 0)
                    _distances[nearest] = double.PositiveInfinity;
            }
        }
    }

    public void Vector(long index, Span<float> into) => vectors.AsSpan((int)index * dimension, dimension).CopyTo(into);

    public void Dispose()
    {
    }
}
