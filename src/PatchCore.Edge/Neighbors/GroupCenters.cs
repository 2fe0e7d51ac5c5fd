using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PatchCore.Edge.Neighbors;

/// <summary>
/// The middle of every group's fronts: where to look first, so that there is a bound when all others are looked at.
/// </summary>
internal sealed class GroupCenters
{
    private const int Block = SketchSearch.Block;
    private const int Group = BankSketches.Group;
    private const int Half = Group / 2;

    private readonly int _values;
    private readonly float[] _centers;
    private readonly float[] _squaredLengths;

    /// <param name="fronts">Groups × values × 16.</param>
    /// <param name="count">Vectors; they fill all groups but the last.</param>
    /// <param name="values">Values of a front.</param>
    public GroupCenters(float[] fronts, int count, int values)
    {
        _values = values;
        var groups = (count + Group - 1) / Group;
        var clusters = (groups + Group - 1) / Group;
        _centers = new float[clusters * values * Group];
        _squaredLengths = new float[clusters * Group];
        _squaredLengths.AsSpan().Fill(float.PositiveInfinity); // of lanes without a group
        for (var group = 0; group < groups; group++)
        {
            var members = Math.Min(Group, count - (group * Group));
            var squaredLength = 0f;
            for (var v = 0; v < values; v++)
            {
                var sum = 0f;
                foreach (var value in fronts.AsSpan(((group * values) + v) * Group, members))
                    sum += value;
                var mean = sum / members;
                _centers[(((group / Group * values) + v) * Group) + (group % Group)] = mean;
                squaredLength += mean * mean;
            }

            _squaredLengths[group] = squaredLength;
        }
    }

    /// <summary>The group whose center is nearest to each of 4 queries.</summary>
    /// <param name="queries">Values × 4, times −2.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vector128<int> Nearest(ReadOnlySpan<float> queries)
    {
        var nearest = Vector128<int>.Zero;
        for (var q = 0; q < Block; q++)
        {
            var best = Vector256.Create(float.PositiveInfinity);
            var bestGroups = Vector256<int>.Zero;
            var groups = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
            for (var at = 0; at < _squaredLengths.Length; at += Half)
            {
                var sum = Vector256.LoadUnsafe(ref _squaredLengths[at]);
                ref var center = ref _centers[(at / Group * _values * Group) + (at % Group)];
                for (var v = 0; v < _values; v++)
                {
                    sum = Vector256.MultiplyAddEstimate(
                        Vector256.Create(queries[(v * Block) + q]), Vector256.LoadUnsafe(ref center), sum);
                    center = ref Unsafe.Add(ref center, Group);
                }

                var nearer = Vector256.LessThan(sum, best);
                best = Vector256.ConditionalSelect(nearer, sum, best);
                bestGroups = Vector256.ConditionalSelect(nearer.AsInt32(), groups, bestGroups);
                groups += Vector256.Create(Half);
            }

            var lane = 0;
            for (var i = 1; i < Half; i++)
                lane = best[i] < best[lane] ? i : lane;
            nearest = nearest.WithElement(q, bestGroups[lane]);
        }

        return nearest;
    }
}
