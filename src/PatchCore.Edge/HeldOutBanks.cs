using System.Numerics.Tensors;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>
/// For every good frame the bank that it would meet as one that was never seen. A coreset holds a frame's oddest
/// patches, and nothing else near them: taking them out leaves holes that a bank selected without the frame has not,
/// and in which the frames around look odd. So what they alone covered is covered anew, by the rule of the coreset,
/// down to its radius. Verdicts/README.md has the numbers.
/// </summary>
internal sealed class HeldOutBanks
{
    private const int QueriesPerSearch = 1024;

    private readonly EmbeddingStore _store;
    private readonly CoresetSelection _coreset;
    private readonly Dictionary<int, List<int>> _uncovered = [];

    private HeldOutBanks(EmbeddingStore store, CoresetSelection coreset)
    {
        _store = store;
        _coreset = coreset;
    }

    /// <param name="store">Patches that the coreset is of.</param>
    /// <param name="coreset">The bank.</param>
    /// <param name="progress">Is told how many patches have been looked at.</param>
    /// <param name="stop">Stops between two searches.</param>
    public static HeldOutBanks Of(
        EmbeddingStore store, CoresetSelection coreset, Action<long> progress, CancellationToken stop)
    {
        var banks = new HeldOutBanks(store, coreset);
        // At a radius of 0 every patch is its own center, so that nothing is covered by another frame.
        if (coreset.CoverageRadius > 0 && coreset.Indices.Length > 1)
            banks.FindUncovered(progress, stop);
        return banks;
    }

    /// <summary>Null when nothing is left without the frame.</summary>
    public MemoryBank? Without(int frame)
    {
        if (MemoryBank.Without(frame, _store, _coreset) is not { } rest)
            return null;
        if (!_uncovered.TryGetValue(frame, out var uncovered))
            return rest;
        var added = Cover(rest, [.. uncovered.Where(patch => _store.FrameOf(patch) != frame)]);
        var vectors = new float[rest.Vectors.Length + (added.Count * _store.Dimension)];
        rest.Vectors.CopyTo(vectors, 0);
        for (var i = 0; i < added.Count; i++)
            _store.Patch(added[i]).CopyTo(vectors.AsSpan(rest.Vectors.Length + (i * _store.Dimension)));
        return new MemoryBank(vectors, _store.Dimension);
    }

    /// <summary>The patches that would be out of reach without the frame of the center that covers them.</summary>
    private void FindUncovered(Action<long> progress, CancellationToken stop)
    {
        using var index = SketchIndex.Build(MemoryBank.From(_store, _coreset));
        var queries = new float[QueriesPerSearch * _store.Dimension];
        var distances = new float[2 * QueriesPerSearch];
        var centers = new long[2 * QueriesPerSearch];
        for (var first = 0; first < _store.Count; first += QueriesPerSearch)
        {
            stop.ThrowIfCancellationRequested();
            progress(first);
            var count = Math.Min(QueriesPerSearch, _store.Count - first);
            for (var i = 0; i < count; i++)
                _store.Patch(first + i).CopyTo(queries.AsSpan(i * _store.Dimension));
            index.Search(
                queries.AsSpan(0, count * _store.Dimension), 2, distances.AsSpan(0, 2 * count),
                centers.AsSpan(0, 2 * count));
            for (var i = 0; i < count; i++)
            {
                var frame = FrameOfCenter(centers[2 * i]);
                // Two centers of one frame go together: how far the third is shows when they are gone.
                if (distances[(2 * i) + 1] > _coreset.CoverageRadius || FrameOfCenter(centers[(2 * i) + 1]) == frame)
                    AddUncovered(frame, first + i);
            }
        }

        progress(_store.Count);
    }

    private int FrameOfCenter(long center) => _store.FrameOf(_coreset.Indices[center]);

    private void AddUncovered(int frame, int patch)
    {
        if (!_uncovered.TryGetValue(frame, out var patches))
            _uncovered.Add(frame, patches = []);
        patches.Add(patch);
    }

    /// <summary>Picks the farthest patch from the bank and what was picked, until none is out of reach.</summary>
    private List<int> Cover(MemoryBank rest, int[] patches)
    {
        var picks = new List<int>();
        if (patches.Length == 0)
            return picks;
        var queries = new float[patches.Length * _store.Dimension];
        for (var i = 0; i < patches.Length; i++)
            _store.Patch(patches[i]).CopyTo(queries.AsSpan(i * _store.Dimension));
        var distances = new float[patches.Length];
        using (var index = FaissIndex.Build(rest))
            index.Search(queries, 1, distances, new long[patches.Length]);
        while (true)
        {
            var farthest = TensorPrimitives.IndexOfMax<float>(distances);
            if (!(distances[farthest] > _coreset.CoverageRadius))
                return picks;
            picks.Add(patches[farthest]);
            var center = _store.Patch(patches[farthest]);
            for (var i = 0; i < patches.Length; i++)
            {
                if (distances[i] > _coreset.CoverageRadius)
                    distances[i] = Math.Min(distances[i], TensorPrimitives.Distance(center, _store.Patch(patches[i])));
            }
        }
    }
}
