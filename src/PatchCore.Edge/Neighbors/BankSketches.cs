using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Neighbors;

/// <summary>
/// A few values of every vector of a bank: where it lies along principal axes, and how long the rest of it is. The
/// distance of two sketches is never more than that of the vectors, nor is that of their fronts: the first axes, and
/// the length of all that is behind these. Groups of 16 vectors that lie near each other are side by side.
/// </summary>
internal sealed class BankSketches
{
    /// <summary>Vectors of a group.</summary>
    public const int Group = 16;

    private const int Lanes = 8;

    // Products are summed in single precision within a piece, so that few roundings follow one another.
    private const int Piece = 128;

    // Fewer leave more groups to look at again, more cost more themselves; the least of both, by measurement.
    private const int MostFrontAxes = 8;

    // The largest relative error of one rounding of a float.
    private const double Rounding = 1.0 / (1 << 24);

    private readonly float[] _axes;
    private readonly float[] _mean;
    private readonly double _longest;
    private readonly double _longestFrontRest;
    private readonly double _longestRest;
    private readonly int _axisCount;

    public BankSketches(EmbeddingStore vectors)
    {
        var values = ValuesOf(vectors.Dimension);
        _axisCount = values - 1;
        FrontAxes = Math.Min(MostFrontAxes, _axisCount);
        Groups = (vectors.Count + Group - 1) / Group;
        Fronts = new float[Groups * Group * FrontValues];
        Backs = new float[Groups * Group * BackValues];
        SquaredLengths = new float[Groups * Group];
        SquaredLengths.AsSpan().Fill(float.PositiveInfinity); // of lanes without a vector

        var axes = new PrincipalAxes(vectors, _axisCount);
        (_axes, _mean) = (axes.ToFloats(), axes.MeanToFloats());
        var (sketches, lengths) = (new float[vectors.Count * values], new double[vectors.Count]);
        Project(vectors, axes, sketches, lengths);
        Numbers = NearbyOrder.Of(sketches, values, FrontAxes, Group);
        for (var place = 0; place < Numbers.Length; place++)
        {
            var sketch = sketches.AsSpan(Numbers[place] * values, values);
            var frontRest = TensorPrimitives.Norm<float>(sketch[FrontAxes..]);
            Put(place, sketch, frontRest, lengths[Numbers[place]]);
            _longestFrontRest = Math.Max(_longestFrontRest, frontRest);
            _longestRest = Math.Max(_longestRest, sketch[^1]);
        }

        Centers = new GroupCenters(Fronts, vectors.Count, FrontValues);
        _longest = Math.Sqrt(lengths.Max());
    }

    public int Groups { get; }

    /// <summary>Axes of a front.</summary>
    public int FrontAxes { get; }

    /// <summary>Values of a front: along its axes, and the length of the rest.</summary>
    public int FrontValues => FrontAxes + 1;

    /// <summary>Values of what follows a front: along the other axes, and the length of the rest.</summary>
    public int BackValues => _axisCount - FrontAxes + 1;

    /// <summary>Groups × front values × 16.</summary>
    public float[] Fronts { get; }

    /// <summary>Groups × back values × 16.</summary>
    public float[] Backs { get; }

    public GroupCenters Centers { get; }

    /// <summary>Of every place in the groups, which vector of the bank is there.</summary>
    public int[] Numbers { get; }

    /// <summary>Squared distance of every vector from the mean of all: groups × 16; infinite where there is
    /// none.</summary>
    public float[] SquaredLengths { get; }

    /// <summary>
    /// The sketch of a query, front and back, times −2, so that its product with a vector's front, or with all but the
    /// front's rest, plus the squared lengths of both is their squared distance.
    /// </summary>
    /// <param name="query">Dimension values.</param>
    /// <param name="centered">Scratch of that length.</param>
    /// <param name="into">Receives value v at v × <paramref name="stride"/>.</param>
    /// <param name="stride">From one value to the next.</param>
    /// <returns>
    /// The squared length that makes it a lower bound: that of the centered query, less whatever rounding may have
    /// added. Not finite when a value of the query is not.
    /// </returns>
    public double Sketch(ReadOnlySpan<float> query, Span<float> centered, Span<float> into, int stride)
    {
        TensorPrimitives.Subtract(query, _mean, centered);
        var squared = 0.0;
        for (var i = 0; i < centered.Length; i += Piece)
            squared += TensorPrimitives.SumOfSquares<float>(centered.Slice(i, Math.Min(Piece, centered.Length - i)));
        var frontRest = Math.Sqrt(Math.Max(0, squared - Along(centered, into, stride, 0, FrontAxes)));
        into[FrontAxes * stride] = (float)(-2 * frontRest);
        var back = Along(centered, into[(FrontValues * stride)..], stride, FrontAxes, _axisCount);
        var rest = Math.Sqrt(Math.Max(0, (frontRest * frontRest) - back));
        into[(FrontValues + BackValues - 1) * stride] = (float)(-2 * rest);
        var length = Math.Sqrt(squared);
        return squared - Math.Max(
            Slack(length, frontRest, _longestFrontRest), Slack(length, rest, _longestRest));
    }

    /// <summary>The centered query along some of the axes, times −2.</summary>
    /// <returns>Sum of the squares, before that factor.</returns>
    private double Along(ReadOnlySpan<float> centered, Span<float> into, int stride, int first, int end)
    {
        var along = 0.0;
        for (var a = first; a < end; a += 4)
        {
            // Four axes at once: a load of the query serves all of them.
            var products = Products(centered, a);
            for (var i = 0; i < Math.Min(4, end - a); i++)
            {
                along += products[i] * products[i];
                into[(a - first + i) * stride] = (float)(-2 * products[i]);
            }
        }

        return along;
    }

    /// <summary>Products of a query with 4 axes, added up in double precision piece by piece.</summary>
    private Vector256<double> Products(ReadOnlySpan<float> centered, int axis)
    {
        var dimension = centered.Length;
        var last = _axisCount - 1;
        var a0 = _axes.AsSpan(axis * dimension, dimension);
        var a1 = _axes.AsSpan(Math.Min(axis + 1, last) * dimension, dimension);
        var a2 = _axes.AsSpan(Math.Min(axis + 2, last) * dimension, dimension);
        var a3 = _axes.AsSpan(Math.Min(axis + 3, last) * dimension, dimension);
        var products = Vector256<double>.Zero;
        var i = 0;
        while (i <= dimension - Lanes)
        {
            var (s0, s1) = (Vector256<float>.Zero, Vector256<float>.Zero);
            var (s2, s3) = (Vector256<float>.Zero, Vector256<float>.Zero);
            for (var end = Math.Min(i + Piece, dimension - Lanes + 1); i < end; i += Lanes)
            {
                var q = Vector256.Create(centered.Slice(i, Lanes));
                s0 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a0.Slice(i, Lanes)), s0);
                s1 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a1.Slice(i, Lanes)), s1);
                s2 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a2.Slice(i, Lanes)), s2);
                s3 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a3.Slice(i, Lanes)), s3);
            }

            products += Vector256.Create(
                (double)Vector256.Sum(s0), Vector256.Sum(s1), Vector256.Sum(s2), Vector256.Sum(s3));
        }

        for (; i < dimension; i++)
            products += centered[i] * Vector256.Create((double)a0[i], a1[i], a2[i], a3[i]);
        return products;
    }

    /// <summary>
    /// How much rounding may add to the squared distance of two sketches, at the worst. Of a query of length n each
    /// value is a sum of products, few of them in a row, that errs by e·n; the rest is the root of a difference, which
    /// errs by the difference's error over the root, or by the root of that error; and the product of the sketches adds
    /// up as many terms as there are values, to the difference of a length and a limit.
    /// </summary>
    private double Slack(double length, double rest, double longestRest)
    {
        var reach = length + _longest;
        var value = ((Piece / Lanes) + 8) * Rounding * length;
        var values = Math.Sqrt(_axisCount + 1) * value;
        var squares = 2 * length * (values + value);
        var restError = rest > 0 ? Math.Min(squares / rest, Math.Sqrt(squares)) : Math.Sqrt(squares);
        return (2 * reach * values) + (2 * longestRest * restError) + ((_axisCount + 9) * Rounding * reach * reach);
    }

    /// <summary>Sketches of all vectors, along the axes and the length of the rest, as the bank has them.</summary>
    private static void Project(EmbeddingStore vectors, PrincipalAxes axes, float[] sketches, double[] lengths)
    {
        var values = sketches.Length / vectors.Count;
        Parallel.For(0, (vectors.Count + Group - 1) / Group, group =>
        {
            var scratch = new double[vectors.Dimension];
            for (var i = group * Group; i < Math.Min(vectors.Count, (group + 1) * Group); i++)
                lengths[i] = axes.Project(vectors.Patch(i), scratch, sketches.AsSpan(i * values, values));
        });
    }

    private void Put(int place, ReadOnlySpan<float> sketch, float frontRest, double squaredLength)
    {
        SquaredLengths[place] = (float)squaredLength;
        var (group, lane) = Math.DivRem(place, Group);
        var (front, back) = ((group * FrontValues * Group) + lane, (group * BackValues * Group) + lane);
        for (var v = 0; v < FrontAxes; v++)
            Fronts[front + (v * Group)] = sketch[v];
        Fronts[front + (FrontAxes * Group)] = frontRest;
        for (var v = 0; v < BackValues; v++)
            Backs[back + (v * Group)] = sketch[FrontAxes + v];
    }

    // More values leave fewer vectors to measure and cost more themselves; the least of both, by measurement.
    private static int ValuesOf(int dimension) => dimension switch
    {
        < 96 => Math.Max(2, dimension / 2),
        < 256 => 48,
        _ => 64,
    };
}
