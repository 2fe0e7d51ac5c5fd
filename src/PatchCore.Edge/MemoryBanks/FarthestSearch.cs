using System.Numerics;
using System.Runtime.Intrinsics;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>A patch and the square of its Euclidean distance to the nearest center.</summary>
internal readonly record struct FarPatch(float SquaredDistance, int Patch)
{
    /// <summary>Before any patch that was measured.</summary>
    public static FarPatch None { get; } = new(-1, int.MaxValue);

    public bool IsBefore(FarPatch other) => SquaredDistance > other.SquaredDistance
        || (SquaredDistance == other.SquaredDistance && Patch < other.Patch);
}

/// <summary>
/// Finds the patch that is farthest from a growing set of centers: the one that measuring all patches against every
/// center would find, for a small part of the work. README.md beside this file says why.
/// </summary>
internal sealed class FarthestSearch
{
    private const int BlockPatches = 512;

    // A few blocks are searched sooner than other threads wake.
    private const int BlocksWorthThreads = 8;

    private readonly EmbeddingStore _store;
    private readonly Sketches _sketches;
    private readonly float[] _centers;
    private readonly float[] _bounds;
    private readonly int[] _met;
    private readonly FarPatch[] _tops;
    private readonly int[] _toSearch;
    private readonly Action<int> _search;
    private int _count;
    private int _floor;

    /// <param name="store">Patches that centers are picked from.</param>
    /// <param name="centers">Those that are there already: n × the store's dimension, row-major; or none.</param>
    /// <param name="capacity">Most centers that will be added.</param>
    public FarthestSearch(EmbeddingStore store, ReadOnlySpan<float> centers, int capacity)
    {
        var dimension = store.Dimension;
        _store = store;
        _centers = GC.AllocateUninitializedArray<float>(checked(centers.Length + (capacity * dimension)));
        centers.CopyTo(_centers);
        _count = centers.Length / dimension;
        _sketches = new Sketches(store, _count + capacity);
        for (var i = 0; i < _count; i++)
            _sketches.SetCenter(i, centers.Slice(i * dimension, dimension));

        _bounds = new float[store.Count];
        _bounds.AsSpan().Fill(float.PositiveInfinity);
        _met = new int[store.Count];
        _tops = new FarPatch[(store.Count + BlockPatches - 1) / BlockPatches];
        for (var block = 0; block < _tops.Length; block++)
            _tops[block] = new FarPatch(float.PositiveInfinity, block * BlockPatches);
        _toSearch = new int[_tops.Length];
        _search = i => Search(_toSearch[i]);
    }

    /// <summary>The farthest patch, the lowest index where several are equally far.</summary>
    public FarPatch Farthest { get; private set; }

    /// <summary>Adds a patch to the centers and finds the farthest anew.</summary>
    public void Add(int patch)
    {
        _store.Patch(patch).CopyTo(_centers.AsSpan(_count * _store.Dimension));
        _sketches.SetCenter(_count, patch);
        _count++;
        Find();
    }

    /// <summary>Finds the farthest patch from the centers that are there, at least one.</summary>
    public void Find()
    {
        _floor = 0;
        MeasureNearlyMetTops();
        var count = 0;
        for (var block = 0; block < _tops.Length; block++)
        {
            if (_tops[block].SquaredDistance >= FloorOf(_floor))
                _toSearch[count++] = block;
        }

        if (count >= BlocksWorthThreads)
        {
            Parallel.For(0, count, _search);
        }
        else
        {
            for (var i = 0; i < count; i++)
                Search(_toSearch[i]);
        }

        Farthest = FarPatch.None;
        foreach (var top in _tops)
        {
            if (top.IsBefore(Farthest))
                Farthest = top;
        }
    }

    /// <summary>
    /// A patch that was among the farthest has met nearly all centers: for little work its distance is known, which is
    /// most likely close to that of the farthest of all.
    /// </summary>
    private void MeasureNearlyMetTops()
    {
        foreach (var top in _tops)
        {
            if (_count - _met[top.Patch] <= Sketches.Group
                && top.SquaredDistance >= FloorOf(_floor)
                && Measure(top.Patch, FloorOf(_floor)))
            {
                RaiseFloor(_bounds[top.Patch]);
            }
        }
    }

    /// <summary>Measures what of a block may be farthest; its top is then that patch, or below the floor.</summary>
    private void Search(int block)
    {
        var first = block * BlockPatches;
        var bounds = _bounds.AsSpan(first, Math.Min(BlockPatches, _bounds.Length - first));
        var i = 0;
        for (; i <= bounds.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            // The floor of another block may be that of a higher index: equals are measured too.
            var floor = Vector256.Create(FloorOf(Volatile.Read(ref _floor)));
            var above = Vector256.GreaterThanOrEqual(Vector256.Create<float>(bounds[i..]), floor)
                .ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
                MeasureAndRaise(first + i + BitOperations.TrailingZeroCount(above));
        }

        for (; i < bounds.Length; i++)
            MeasureAndRaise(first + i);

        var top = FarPatch.None;
        for (i = 0; i < bounds.Length; i++)
        {
            if (bounds[i] > top.SquaredDistance)
                top = new FarPatch(bounds[i], first + i);
        }

        _tops[block] = top;
    }

    private void MeasureAndRaise(int patch)
    {
        var floor = FloorOf(Volatile.Read(ref _floor));
        if (_bounds[patch] >= floor && Measure(patch, floor))
            RaiseFloor(_bounds[patch]);
    }

    /// <summary>Holds a patch against the centers it has not met; false when it dropped below the floor.</summary>
    private bool Measure(int patch, float floor)
    {
        var dimension = _store.Dimension;
        var vector = _store.Patch(patch);
        var bound = _bounds[patch];
        var met = _met[patch];
        while (met < _count && bound >= floor)
        {
            var group = met / Sketches.Group;
            var end = Math.Min(_count, (group + 1) * Sketches.Group);
            var near = _sketches.Near(patch, group, _sketches.Limit(bound)) & (uint.MaxValue << (met % Sketches.Group));
            met = end;
            for (; near != 0; near &= near - 1)
            {
                var center = (group * Sketches.Group) + BitOperations.TrailingZeroCount(near);
                if (center >= end)
                    break;
                bound = SquaredDistance.Least(vector, _centers.AsSpan(center * dimension, dimension), bound);
                if (bound < floor)
                {
                    met = center + 1;
                    break;
                }
            }
        }

        _bounds[patch] = bound;
        _met[patch] = met;
        return bound >= floor;
    }

    private void RaiseFloor(float squaredDistance)
    {
        var raised = BitConverter.SingleToInt32Bits(squaredDistance);
        for (var floor = _floor; raised > floor;)
        {
            var seen = Interlocked.CompareExchange(ref _floor, raised, floor);
            if (seen == floor)
                return;
            floor = seen;
        }
    }

    // The floor is held as the bits of a float that is not negative, which order as it does.
    private static float FloorOf(int bits) => BitConverter.Int32BitsToSingle(bits);
}
