using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// A few values of every patch and of every center that tell most pairs of them apart: the distance between two
/// sketches is never more than that between the vectors. They never decide what a distance is, only that it need not be
/// measured.
/// </summary>
internal sealed class Sketches
{
    /// <summary>Centers that a patch is held against at once; their values lie side by side.</summary>
    public const int Group = 16;

    private const int Lanes = 8;
    private const int Step = 8;
    private const int MostValues = 32;
    private const int BlockPatches = 1024;

    // Past this the squares of differences leave the range of a float.
    private const double LargestRadius = 1e18;

    private readonly PrincipalAxes _axes;
    private readonly int _values;
    private readonly float[] _patches;
    private readonly float[] _centers;
    private readonly double _slack;
    private readonly bool _usable;
    private double _error;

    /// <param name="store">At least one patch.</param>
    /// <param name="capacity">Most centers that will be set.</param>
    public Sketches(EmbeddingStore store, int capacity)
    {
        _values = ValuesOf(store.Dimension);
        _axes = new PrincipalAxes(store, _values - 1);
        _patches = GC.AllocateUninitializedArray<float>(checked(store.Count * _values));
        _centers = GC.AllocateUninitializedArray<float>(
            checked((capacity + Group - 1) / Group * Group * _values));

        // Lanes without a center are infinitely far.
        _centers.AsSpan().Fill(float.PositiveInfinity);

        // Relative: the rounding of a measured sum, which has dimension / 32 terms a lane, and that of a sketch's.
        _slack = 1 + 1e-4 + (store.Dimension * Math.Pow(2, -29));
        var radius = Math.Sqrt(ProjectAll(store));
        _usable = radius < LargestRadius;
        _error = ErrorAt(radius);
    }

    /// <summary>Patches that a store may have: past them the sketches do not fit one array.</summary>
    public static int MostPatches => Array.MaxLength / MostValues;

    /// <summary>
    /// Values of a sketch of patches of a dimension: a quarter of them costs less than it saves; whole steps.
    /// </summary>
    public static int ValuesOf(int dimension) => Math.Clamp(dimension / 4 / Step * Step, Step, MostValues);

    /// <summary>Sets a center that is one of the patches.</summary>
    public void SetCenter(int center, int patch) =>
        Store(center, _patches.AsSpan(patch * _values, _values));

    /// <summary>Sets a center that is none of the patches.</summary>
    public void SetCenter(int center, ReadOnlySpan<float> vector)
    {
        Span<float> sketch = stackalloc float[MostValues];
        var squared = _axes.Project(vector, new double[vector.Length], sketch[.._values]);
        _error = Math.Max(_error, ErrorAt(Math.Sqrt(squared)));
        Store(center, sketch[.._values]);
    }

    /// <summary>
    /// The square of a distance between sketches past which the distance between the vectors is no less than the bound,
    /// measured in floats as it will be.
    /// </summary>
    public float Limit(float squaredBound)
    {
        var limit = (Math.Sqrt(squaredBound) * _slack) + _error;
        return (float)(limit * limit);
    }

    /// <summary>Which centers of a group may be nearer to a patch than a limit: one bit each, the first lowest.</summary>
    public uint Near(int patch, int group, float limit)
    {
        if (!_usable)
            return (1u << Group) - 1;
        ref var values = ref _patches[patch * _values];
        ref var centers = ref _centers[group * Group * _values];
        var limits = Vector256.Create(limit);
        var (low0, low1) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (high0, high1) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var v = 0; ;)
        {
            // Two sums for each half of the lanes, so that none waits for the one before.
            for (var end = v + Step; v < end; v += 2)
            {
                var first = Vector256.Create(Unsafe.Add(ref values, v));
                var second = Vector256.Create(Unsafe.Add(ref values, v + 1));
                ref var at = ref Unsafe.Add(ref centers, v * Group);
                Add(Vector256.LoadUnsafe(ref at) - first, ref low0);
                Add(Vector256.LoadUnsafe(ref at, Lanes) - first, ref high0);
                Add(Vector256.LoadUnsafe(ref at, 2 * Lanes) - second, ref low1);
                Add(Vector256.LoadUnsafe(ref at, 3 * Lanes) - second, ref high1);
            }

            var near = Vector256.LessThan(low0 + low1, limits).ExtractMostSignificantBits()
                | (Vector256.LessThan(high0 + high1, limits).ExtractMostSignificantBits() << Lanes);
            if (near == 0 || v == _values)
                return near;
        }

        static void Add(Vector256<float> difference, ref Vector256<float> sum) =>
            sum = Vector256.MultiplyAddEstimate(difference, difference, sum);
    }

    private void Store(int center, ReadOnlySpan<float> sketch)
    {
        var at = (center / Group * Group * _values) + (center % Group);
        for (var v = 0; v < _values; v++)
            _centers[at + (v * Group)] = sketch[v];
    }

    /// <summary>The largest squared distance of a patch from the mean of all.</summary>
    private double ProjectAll(EmbeddingStore store)
    {
        var blocks = (store.Count + BlockPatches - 1) / BlockPatches;
        var largest = new double[blocks];
        Parallel.For(0, blocks, block =>
        {
            var scratch = new double[store.Dimension];
            var end = Math.Min(store.Count, (block + 1) * BlockPatches);
            for (var patch = block * BlockPatches; patch < end; patch++)
            {
                var squared = _axes.Project(
                    store.Patch(patch), scratch, _patches.AsSpan(patch * _values, _values));
                largest[block] = Math.Max(largest[block], squared);
            }
        });
        return largest.Max();
    }

    // Absolute: two sketches were rounded to floats, and their lengths are at most the vector's; and squares below the
    // range of a float lose up to 1e-45 each.
    private double ErrorAt(double radius) => (2e-6 * radius) + (1e-22 * Math.Sqrt(_axes.Dimension));
}
