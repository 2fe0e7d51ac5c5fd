using PatchCore.Edge.Bundles;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>A bundle's memory bank, and what is picked from added frames after its last vector.</summary>
internal sealed class GrownBank
{
    private readonly BankOrigins? _origins;
    private readonly AddedFrames _added;
    private readonly int _dimension;
    private readonly List<int> _picks = [];
    private float[] _vectors;

    /// <param name="index">The bank.</param>
    /// <param name="origins">Where its vectors come from; null if that is not known.</param>
    /// <param name="added">Frames to pick from.</param>
    public GrownBank(INeighborIndex index, BankOrigins? origins, AddedFrames added)
    {
        _origins = origins;
        _added = added;
        _dimension = index.Dimension;
        _vectors = new float[index.Count * _dimension];
        for (var i = 0; i < index.Count; i++)
            index.Vector(i, _vectors.AsSpan(i * _dimension, _dimension));
    }

    public int Count => _vectors.Length / _dimension;

    /// <summary>Vectors that were picked.</summary>
    public int Picked => _picks.Count;

    /// <summary>Distance from the bank that no patch of the added frames exceeds; infinite before it has
    /// grown.</summary>
    public float CoverageRadius { get; private set; } = float.PositiveInfinity;

    /// <summary>
    /// Goes on with the selection of the coreset: adds the patch that is farthest from the bank, then the next, at most
    /// so many, until none is farther than the radius.
    /// </summary>
    /// <returns>How many were added.</returns>
    public int Grow(int most, float radius, ITrainingProgress progress, CancellationToken stop)
    {
        most = Math.Min(most, _added.Embeddings.Count);
        var coreset = Coreset.Extend(
            _added.Embeddings, _vectors, most, radius, new CoresetProgress(most, progress), stop);
        CoverageRadius = coreset.CoverageRadius;
        var picked = coreset.Indices;
        progress.Report("coreset", picked.Length, picked.Length);
        var end = _vectors.Length;
        Array.Resize(ref _vectors, end + (picked.Length * _dimension));
        for (var i = 0; i < picked.Length; i++)
            _added.Embeddings.Patch(picked[i]).CopyTo(_vectors.AsSpan(end + (i * _dimension)));
        _picks.AddRange(picked);
        return picked.Length;
    }

    public MemoryBank All() => new(_vectors, _dimension);

    /// <summary>Indices of the vectors that a file gave.</summary>
    public IEnumerable<int> VectorsOfFile(string sha256) =>
    [
        .. _origins?.VectorsOfFile(sha256) ?? [],
        .. Enumerable.Range(0, Picked)
            .Where(i => _added.Origins[_added.Embeddings.FrameOf(_picks[i])].Sha256 == sha256)
            .Select(i => Count - Picked + i),
    ];

    /// <summary>Where all of its vectors come from; null if that is not known of the old ones.</summary>
    public BankOrigins? Origins() => _origins is null ? null : new BankOrigins
    {
        Frames = [.. _origins.Frames, .. _added.Origins],
        FrameOf =
        [
            .. _origins.FrameOf, .. _picks.Select(p => _origins.Frames.Count + _added.Embeddings.FrameOf(p)),
        ],
        PatchOf = [.. _origins.PatchOf, .. _picks.Select(_added.Embeddings.PatchOf)],
    };
}
