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
/// Finds the patch that is farthest from a growing set of centers.
/// <para>
/// A patch's distance to the nearest center only ever falls, so what it was when last measured bounds what it is. A
/// patch whose bound is below a distance that some patch is known to have cannot be the farthest and is left alone, and
/// one that is measured is held against the centers it has not met, one by one, only until it drops out. The result is
/// that of measuring all patches against every center; the work is a fraction of it, and stays in the cache.
/// </para>
/// </summary>
internal sealed class FarthestSearch
{
    private const int BlockPatches = 2048;

    private readonly EmbeddingStore _store;
    private readonly float[] _centers;
    private readonly float[] _bounds;
    private readonly int[] _met;
    private readonly FarPatch[] _farthestOfBlock;
    private readonly Action<int> _searchBlock;
    private int _count;
    private int _floor;

    /// <param name="store">Patches that centers are picked from.</param>
    /// <param name="centers">Those that are there already: n × the store's dimension, row-major; or none.</param>
    /// <param name="capacity">Most centers that will be added.</param>
    public FarthestSearch(EmbeddingStore store, ReadOnlySpan<float> centers, int capacity)
    {
        _store = store;
        _centers = GC.AllocateUninitializedArray<float>(checked(centers.Length + (capacity * store.Dimension)));
        centers.CopyTo(_centers);
        _count = centers.Length / store.Dimension;
        _bounds = new float[store.Count];
        _bounds.AsSpan().Fill(float.PositiveInfinity);
        _met = new int[store.Count];
        _farthestOfBlock = new FarPatch[(store.Count + BlockPatches - 1) / BlockPatches];
        _farthestOfBlock.AsSpan().Fill(FarPatch.None);
        _searchBlock = SearchBlock;
    }

    /// <summary>The farthest patch, the lowest index where several are equally far.</summary>
    public FarPatch Farthest { get; private set; }

    /// <summary>Adds a patch to the centers and finds the farthest anew.</summary>
    public void Add(int patch)
    {
        _store.Patch(patch).CopyTo(_centers.AsSpan(_count * _store.Dimension));
        _count++;
        Find();
    }

    /// <summary>Finds the farthest patch from the centers that are there, at least one.</summary>
    public void Find()
    {
        // The farthest of each block have met all centers but this one: for little work their distances are known, and
        // one of them is most likely close to the farthest of all. Floors are held as the bits of a float, which order
        // as it does.
        _floor = 0;
        foreach (var candidate in _farthestOfBlock)
        {
            if (candidate != FarPatch.None && Measure(candidate.Patch, FloorOf(_floor)))
                RaiseFloor(_bounds[candidate.Patch]);
        }

        Parallel.For(0, _farthestOfBlock.Length, _searchBlock);

        Farthest = FarPatch.None;
        foreach (var candidate in _farthestOfBlock)
        {
            if (candidate.IsBefore(Farthest))
                Farthest = candidate;
        }
    }

    private void SearchBlock(int block)
    {
        var farthest = FarPatch.None;
        var first = block * BlockPatches;
        var bounds = _bounds.AsSpan(first, Math.Min(BlockPatches, _bounds.Length - first));
        for (var i = 0; i < bounds.Length; i++)
        {
            // The floor of another block may be that of a higher index: equals are measured too.
            if (bounds[i] < FloorOf(Volatile.Read(ref _floor))
                || !Measure(first + i, FloorOf(Volatile.Read(ref _floor))))
            {
                continue;
            }
            var candidate = new FarPatch(bounds[i], first + i);
            if (candidate.IsBefore(farthest))
                farthest = candidate;
            RaiseFloor(bounds[i]);
        }

        _farthestOfBlock[block] = farthest;
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
            bound = SquaredDistance.Least(vector, _centers.AsSpan(met * dimension, dimension), bound);
            met++;
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

    private static float FloorOf(int bits) => BitConverter.Int32BitsToSingle(bits);
}
