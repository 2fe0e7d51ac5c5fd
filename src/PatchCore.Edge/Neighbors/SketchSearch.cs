using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Neighbors;

/// <summary>One search at a time, by one thread or several, with memory that it keeps for the next.</summary>
internal sealed class SketchSearch
{
    /// <summary>Queries that a group of sketches is held against at once.</summary>
    public const int Block = 4;

    private const int Half = BankSketches.Group / 2;

    // Fronts of a tile of the bank, which stay in the cache while all queries pass by.
    private const int TileValues = 32 * 1024;

    private readonly EmbeddingStore _vectors;
    private readonly BankSketches _sketches;
    private readonly SearchShare[] _shares;
    private float[] _queries = [];
    private float[] _distances = [];
    private long[] _indices = [];
    private int[] _guesses = [];
    private bool[]? _left;
    private int _count;
    private int _neighbors;

    public SketchSearch(EmbeddingStore vectors, BankSketches sketches, int threads)
    {
        _vectors = vectors;
        _sketches = sketches;
        _shares = [.. Enumerable.Range(0, threads).Select(_ => new SearchShare(this))];
    }

    /// <param name="queries">n × dimension, row-major.</param>
    /// <param name="neighbors">How many to find of each, at most as many as there are.</param>
    /// <param name="threads">Shares of the queries.</param>
    /// <param name="left">Of each vector whether it is left out; null where none is.</param>
    /// <param name="distances">n × neighbors.</param>
    /// <param name="indices">As many.</param>
    /// <exception cref="ArgumentException">A query is not finite.</exception>
    public void Run(
        ReadOnlySpan<float> queries, int neighbors, int threads, bool[]? left, Span<float> distances,
        Span<long> indices)
    {
        _left = left;
        // Threads cannot share a span, and the copy is small beside the search.
        Copy(queries, ref _queries);
        (_count, _neighbors) = (queries.Length / _vectors.Dimension, neighbors);
        if (_guesses.Length < _count)
            _guesses = new int[_count];
        Fit(ref _distances, distances.Length);
        Fit(ref _indices, distances.Length);
        var blocks = (_count + Block - 1) / Block;
        for (var i = 1; i < threads; i++)
            _shares[i].Offer(blocks * i / threads, blocks * (i + 1) / threads);
        _shares[0].Offer(0, blocks / threads, queue: false);

        var finite = true;
        for (var i = 0; i < threads; i++)
            finite &= _shares[i].Complete();
        if (!finite)
            throw new ArgumentException("among the queries are values that are not finite", nameof(queries));
        _distances.AsSpan(0, distances.Length).CopyTo(distances);
        _indices.AsSpan(0, distances.Length).CopyTo(indices);
    }

    /// <summary>Searches some blocks of queries.</summary>
    /// <returns>Whether their values are finite.</returns>
    public bool Search(SearchShare share, int firstBlock, int endBlock)
    {
        var values = _sketches.FrontValues + _sketches.BackValues;
        var (first, end) = (firstBlock * Block, Math.Min(_count, endBlock * Block));
        Fit(ref share.Sketches, (endBlock - firstBlock) * Block * values);
        Fit(ref share.Offsets, (endBlock - firstBlock) * Block);
        Fit(ref share.Centered, _vectors.Dimension);
        // The last block may have fewer queries: to those that are missing nothing is near.
        share.Sketches.AsSpan((endBlock - firstBlock - 1) * Block * values, Block * values).Clear();
        for (var query = first; query < end; query++)
        {
            var at = query - first;
            share.Offsets[at] = _sketches.Sketch(
                Query(query), share.Centered.AsSpan(0, _vectors.Dimension),
                share.Sketches.AsSpan((at / Block * Block * values) + (at % Block)), Block);
            if (!double.IsFinite(share.Offsets[at]))
                return false;
        }

        _distances.AsSpan(first * _neighbors, (end - first) * _neighbors).Fill(float.PositiveInfinity);
        _indices.AsSpan(first * _neighbors, (end - first) * _neighbors).Fill(-1);
        var tileGroups = Math.Max(1, TileValues / _sketches.FrontValues / BankSketches.Group);
        for (var tile = 0; tile < _sketches.Groups; tile += tileGroups)
        {
            var endGroup = Math.Min(_sketches.Groups, tile + tileGroups);
            for (var block = firstBlock; block < endBlock; block++)
            {
                if (tile == 0)
                    Guess(share, block, block - firstBlock);
                Scan(share, block, block - firstBlock, tile, endGroup);
            }
        }

        for (var query = first; query < end; query++)
            _guesses[query] = (int)_indices[query * _neighbors];
        for (var i = first * _neighbors; i < end * _neighbors; i++)
            _distances[i] = MathF.Sqrt(_distances[i]);
        return true;
    }

    /// <summary>
    /// A bound of what can be nearer: patches of one place look alike from part to part, and so do patches beside each
    /// other, so that what was nearest to them is likely near. Then the group about the nearest center is searched.
    /// </summary>
    private void Guess(SearchShare share, int block, int local)
    {
        for (var query = block * Block; query < Math.Min(_count, (block + 1) * Block); query++)
        {
            Measure(query, _guesses[query]);
            for (var n = 0; n < _neighbors && local > 0; n++)
            {
                var guess = _indices[(((block * Block) - 1) * _neighbors) + n];
                if (guess >= 0)
                    Measure(query, (int)guess);
            }
        }

        var values = _sketches.FrontValues + _sketches.BackValues;
        var groups = _sketches.Centers.Nearest(share.Sketches.AsSpan(local * Block * values));
        for (var i = 0; i < Block; i++)
            Scan(share, block, local, groups[i], groups[i] + 1);
    }

    /// <summary>
    /// Holds a block of queries against groups of the bank. What is summed up is the squared distance of the sketches
    /// less what it has to be below, so that its sign tells whether a vector is worth measuring; most groups are
    /// done with when their fronts have been seen.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(SearchShare share, int block, int local, int group, int endGroup)
    {
        var (axes, backValues) = (_sketches.FrontAxes, _sketches.BackValues);
        ref var sketches = ref share.Sketches[local * Block * (axes + 1 + backValues)];
        ref var lengths = ref _sketches.SquaredLengths[0];
        var limits = Limits(share, block, local * Block);
        for (; group < endGroup; group++)
        {
            var low = Vector256.LoadUnsafe(ref lengths, (nuint)(group * BankSketches.Group));
            var high = Vector256.LoadUnsafe(ref lengths, (nuint)((group * BankSketches.Group) + Half));
            var (q0, q1) = (Vector256.Create(limits[0]), Vector256.Create(limits[1]));
            var (q2, q3) = (Vector256.Create(limits[2]), Vector256.Create(limits[3]));
            var (low0, high0, low1, high1) = (low - q0, high - q0, low - q1, high - q1);
            var (low2, high2, low3, high3) = (low - q2, high - q2, low - q3, high - q3);
            ref var query = ref sketches;
            ref var vectors = ref _sketches.Fronts[group * BankSketches.Group * (axes + 1)];
            for (var (values, isBack) = (axes, false); ; (values, isBack) = (backValues, true))
            {
                for (var v = 0; v < values; v++)
                {
                    low = Vector256.LoadUnsafe(ref vectors);
                    high = Vector256.LoadUnsafe(ref vectors, Half);
                    q0 = Vector256.Create(query);
                    low0 = Vector256.MultiplyAddEstimate(q0, low, low0);
                    high0 = Vector256.MultiplyAddEstimate(q0, high, high0);
                    q1 = Vector256.Create(Unsafe.Add(ref query, 1));
                    low1 = Vector256.MultiplyAddEstimate(q1, low, low1);
                    high1 = Vector256.MultiplyAddEstimate(q1, high, high1);
                    q2 = Vector256.Create(Unsafe.Add(ref query, 2));
                    low2 = Vector256.MultiplyAddEstimate(q2, low, low2);
                    high2 = Vector256.MultiplyAddEstimate(q2, high, high2);
                    q3 = Vector256.Create(Unsafe.Add(ref query, 3));
                    low3 = Vector256.MultiplyAddEstimate(q3, low, low3);
                    high3 = Vector256.MultiplyAddEstimate(q3, high, high3);
                    vectors = ref Unsafe.Add(ref vectors, BankSketches.Group);
                    query = ref Unsafe.Add(ref query, Block);
                }

                if (isBack)
                    break;
                (low, high) = (Vector256.LoadUnsafe(ref vectors), Vector256.LoadUnsafe(ref vectors, Half));
                q0 = Vector256.Create(query);
                q1 = Vector256.Create(Unsafe.Add(ref query, 1));
                q2 = Vector256.Create(Unsafe.Add(ref query, 2));
                q3 = Vector256.Create(Unsafe.Add(ref query, 3));
                var fronts = Vector256.MultiplyAddEstimate(q0, low, low0)
                    | Vector256.MultiplyAddEstimate(q0, high, high0)
                    | Vector256.MultiplyAddEstimate(q1, low, low1) | Vector256.MultiplyAddEstimate(q1, high, high1)
                    | Vector256.MultiplyAddEstimate(q2, low, low2) | Vector256.MultiplyAddEstimate(q2, high, high2)
                    | Vector256.MultiplyAddEstimate(q3, low, low3) | Vector256.MultiplyAddEstimate(q3, high, high3);
                if (fronts.ExtractMostSignificantBits() == 0)
                    goto next;
                query = ref Unsafe.Add(ref query, Block);
                vectors = ref _sketches.Backs[group * BankSketches.Group * backValues];
            }

            if ((low0 | high0 | low1 | high1 | low2 | high2 | low3 | high3).ExtractMostSignificantBits() == 0)
                continue;
            Measure(block, 0, group, Negative(low0, high0));
            Measure(block, 1, group, Negative(low1, high1));
            Measure(block, 2, group, Negative(low2, high2));
            Measure(block, 3, group, Negative(low3, high3));
            limits = Limits(share, block, local * Block);
        next:;
        }
    }

    /// <summary>One bit a vector, the first lowest.</summary>
    private static uint Negative(Vector256<float> low, Vector256<float> high) =>
        low.ExtractMostSignificantBits() | (high.ExtractMostSignificantBits() << Half);

    /// <summary>Below which the product of the sketches has to be for a vector to be worth measuring.</summary>
    private Vector128<float> Limits(SearchShare share, int block, int local)
    {
        var limits = Vector128<float>.Zero;
        for (var i = 0; i < Block; i++)
        {
            var query = (block * Block) + i;

            // Rounded up; equals are measured, since the lower index wins. Finite, so that lanes without a vector,
            // which are infinitely far, stay so.
            var limit = query < _count
                ? MathF.BitIncrement((float)(_distances[((query + 1) * _neighbors) - 1] - share.Offsets[local + i]))
                : float.MinValue;
            limits = limits.WithElement(i, Math.Min(limit, float.MaxValue));
        }

        return limits;
    }

    private void Measure(int block, int lane, int group, uint near)
    {
        for (; near != 0; near &= near - 1)
        {
            var place = (group * BankSketches.Group) + BitOperations.TrailingZeroCount(near);
            Measure((block * Block) + lane, _sketches.Numbers[place]);
        }
    }

    /// <summary>Takes a vector among the nearest of a query if it is one.</summary>
    private void Measure(int query, int vector)
    {
        if (_left is not null && _left[vector])
            return;
        var last = ((query + 1) * _neighbors) - 1;
        var distance = SquaredDistance.Least(
            Query(query), _vectors.Patch(vector), MathF.BitIncrement(_distances[last]));
        if (!IsBefore(distance, vector, last))
            return;
        var first = query * _neighbors;
        for (var i = first; i <= last; i++)
        {
            if (_indices[i] == vector)
                return; // a guess that came true
        }

        var at = last;
        for (; at > first && IsBefore(distance, vector, at - 1); at--)
            (_distances[at], _indices[at]) = (_distances[at - 1], _indices[at - 1]);
        (_distances[at], _indices[at]) = (distance, vector);
    }

    private bool IsBefore(float distance, int vector, int at) =>
        distance < _distances[at] || (distance == _distances[at] && vector < _indices[at]);

    private ReadOnlySpan<float> Query(int query) =>
        _queries.AsSpan(query * _vectors.Dimension, _vectors.Dimension);

    private static void Copy(ReadOnlySpan<float> from, ref float[] into)
    {
        Fit(ref into, from.Length);
        from.CopyTo(into);
    }

    internal static void Fit<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = GC.AllocateUninitializedArray<T>(length);
    }
}
