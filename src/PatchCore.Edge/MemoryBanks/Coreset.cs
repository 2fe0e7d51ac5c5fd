namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// Selects a coreset by exact k-center greedy (PatchCore, section 3.2, algorithm 1, without random projection): every
/// pick is the patch that is farthest from all picks before it, the lowest index where several are equally far.
/// </summary>
public static class Coreset
{
    private const int PicksPerReport = 16;

    /// <summary>Selects from all patches in a store.</summary>
    /// <param name="store">At least one patch.</param>
    /// <param name="count">Picks wanted, 1 to the store's patches.</param>
    /// <param name="start">Index of the first pick.</param>
    /// <param name="progress">Is told how many have been picked.</param>
    /// <param name="ct">Stops the selection between two picks.</param>
    /// <returns>
    /// The picks: the same ones on every machine and for any number of cores. Fewer than wanted when the store has
    /// fewer patches that differ.
    /// </returns>
    public static CoresetSelection Select(
        EmbeddingStore store, int count, int start = 0, IProgress<int>? progress = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (count < 1 || count > store.Count)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"expected 1 to the {store.Count} patches");
        if (start < 0 || start >= store.Count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"expected 0 to {store.Count - 1}");

        var indices = new List<int>(count);
        var radii = new List<float>(count);
        var search = new FarthestSearch(store, count);
        for (var pick = start; ; pick = search.Farthest.Patch)
        {
            ct.ThrowIfCancellationRequested();
            indices.Add(pick);
            search.Add(pick);
            var radius = MathF.Sqrt(search.Farthest.SquaredDistance);
            var done = indices.Count == count || radius == 0;
            if (done || indices.Count % PicksPerReport == 0)
                progress?.Report(indices.Count);
            if (done)
                return new CoresetSelection([.. indices], [.. radii], radius);
            radii.Add(radius);
        }
    }
}
