using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Neighbors;

/// <summary>
/// A few values of every vector of a bank: where it lies along principal axes, and last how long the rest of it is. The
/// distance of two sketches is never more than that of the vectors. Groups of 16 lie side by side.
/// </summary>
internal sealed class BankSketches
{
    /// <summary>Vectors of a group.</summary>
    public const int Group = 16;

    private const int Lanes = 8;

    // The largest relative error of one rounding of a float.
    private const double Rounding = 1.0 / (1 << 24);

    private readonly float[] _axes;
    private readonly float[] _mean;
    private readonly double _longest;

    public BankSketches(EmbeddingStore vectors)
    {
        Values = ValuesOf(vectors.Dimension);
        Groups = (vectors.Count + Group - 1) / Group;
        Sketches = new float[Groups * Group * Values];
        SquaredLengths = new float[Groups * Group];
        SquaredLengths.AsSpan().Fill(float.PositiveInfinity); // of lanes without a vector
        var axes = new PrincipalAxes(vectors, Values - 1);
        (_axes, _mean) = (axes.ToFloats(), axes.MeanToFloats());
        _longest = Math.Sqrt(Fill(vectors, axes));
    }

    /// <summary>Values of a sketch.</summary>
    public int Values { get; }

    public int Groups { get; }

    /// <summary>Groups × values × 16.</summary>
    public float[] Sketches { get; }

    /// <summary>Squared distance of every vector from the mean of all: groups × 16; infinite where there is
    /// none.</summary>
    public float[] SquaredLengths { get; }

    /// <summary>
    /// The sketch of a query, times −2, so that its product with a vector's sketch plus the squared lengths of both is
    /// their squared distance.
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
        double squared = TensorPrimitives.SumOfSquares<float>(centered);
        var along = Project(centered, into, stride);
        var rest = Math.Sqrt(Math.Max(0, squared - along));
        into[(Values - 1) * stride] = (float)(-2 * rest);
        return squared - Slack(Math.Sqrt(squared), rest);
    }

    /// <summary>The centered query along each axis, times −2.</summary>
    /// <returns>Sum of the squares, before that factor.</returns>
    private double Project(ReadOnlySpan<float> centered, Span<float> into, int stride)
    {
        var along = 0.0;
        for (var a = 0; a < Values - 1; a += 4)
        {
            // Four axes at once: a load of the query serves all of them.
            var products = Products(centered, a);
            for (var i = 0; i < Math.Min(4, Values - 1 - a); i++)
            {
                along += (double)products[i] * products[i];
                into[(a + i) * stride] = -2 * products[i];
            }
        }

        return along;
    }

    private Vector128<float> Products(ReadOnlySpan<float> centered, int axis)
    {
        var dimension = centered.Length;
        var last = Values - 2;
        var a0 = _axes.AsSpan(axis * dimension, dimension);
        var a1 = _axes.AsSpan(Math.Min(axis + 1, last) * dimension, dimension);
        var a2 = _axes.AsSpan(Math.Min(axis + 2, last) * dimension, dimension);
        var a3 = _axes.AsSpan(Math.Min(axis + 3, last) * dimension, dimension);
        var (s0, s1) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (s2, s3) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (; i <= dimension - Lanes; i += Lanes)
        {
            var q = Vector256.Create(centered.Slice(i, Lanes));
            s0 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a0.Slice(i, Lanes)), s0);
            s1 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a1.Slice(i, Lanes)), s1);
            s2 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a2.Slice(i, Lanes)), s2);
            s3 = Vector256.MultiplyAddEstimate(q, Vector256.Create(a3.Slice(i, Lanes)), s3);
        }

        var sums = Vector128.Create(Vector256.Sum(s0), Vector256.Sum(s1), Vector256.Sum(s2), Vector256.Sum(s3));
        for (; i < dimension; i++)
            sums += centered[i] * Vector128.Create(a0[i], a1[i], a2[i], a3[i]);
        return sums;
    }

    /// <summary>
    /// How much rounding may add to the squared distance of two sketches, at the worst. Of a query of length n each
    /// value is a sum of products, 8 side by side, that errs by e·n; the rest is the root of a difference, which errs
    /// by the difference's error over the root, or by the root of that error; and the product of the sketches adds up
    /// as many terms as there are values.
    /// </summary>
    private double Slack(double length, double rest)
    {
        var reach = length + _longest;
        var value = ((_mean.Length / Lanes) + 16) * Rounding * length;
        var values = Math.Sqrt(Values) * value;
        var squares = 2 * length * (values + value);
        var restError = rest > 0 ? Math.Min(squares / rest, Math.Sqrt(squares)) : Math.Sqrt(squares);
        return (2 * reach * values) + (2 * Math.Max(rest, _longest) * restError) + (restError * restError)
            + ((Values + 4) * Rounding * reach * reach);
    }

    /// <summary>Sketches all vectors.</summary>
    /// <returns>The largest squared distance of one from the mean.</returns>
    private double Fill(EmbeddingStore vectors, PrincipalAxes axes)
    {
        var largest = new double[Groups];
        Parallel.For(0, Groups, group =>
        {
            var scratch = new double[vectors.Dimension];
            var sketch = new float[Values];
            for (var i = group * Group; i < Math.Min(vectors.Count, (group + 1) * Group); i++)
            {
                var squared = axes.Project(vectors.Patch(i), scratch, sketch);
                SquaredLengths[i] = (float)squared;
                largest[group] = Math.Max(largest[group], squared);
                for (var v = 0; v < Values; v++)
                    Sketches[(((group * Values) + v) * Group) + (i % Group)] = sketch[v];
            }
        });
        return largest.Max();
    }

    // More values leave fewer vectors to measure and cost more themselves; the least of both, by measurement.
    private static int ValuesOf(int dimension) => dimension switch
    {
        < 96 => Math.Max(2, dimension / 2),
        < 256 => 48,
        _ => 64,
    };
}
