namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// Selects a coreset by exact k-center greedy (PatchCore, section 3.2, algorithm 1): every
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

        return Pick(new FarthestSearch(store, [], count), count, start, 0, progress, ct);
    }

    /// <summary>
    /// Goes on with the selection that a memory bank came from: every pick is the candidate that is farthest from the
    /// bank and from all picks before it.
    /// </summary>
    /// <param name="candidates">Patches to pick from.</param>
    /// <param name="centers">The bank: n × the candidates' dimension, row-major, n at least 1.</param>
    /// <param name="count">Picks wanted, 0 to the candidates' patches.</param>
    /// <param name="enough">Distance that a candidate must exceed to be picked, 0 or more.</param>
    /// <param name="progress">Is told how many have been picked.</param>
    /// <param name="ct">Stops the selection between two picks.</param>
    /// <returns>
    /// Picks among the candidates, with one radius each. Fewer than wanted, down to none, once no candidate is farther
    /// than enough. The coverage radius is that of the candidates by the bank and the picks.
    /// </returns>
    public static CoresetSelection Extend(
        EmbeddingStore candidates, ReadOnlySpan<float> centers, int count, float enough = 0,
        IProgress<int>? progress = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfNegative(enough);
        if (centers.IsEmpty || centers.Length % candidates.Dimension != 0)
        {
            throw new ArgumentException(
                $"{centers.Length} values, expected a multiple of the dimension {candidates.Dimension}",
                nameof(centers));
        }
        if (count < 0 || count > candidates.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"expected 0 to the {candidates.Count} candidates");
        }

        return Pick(new FarthestSearch(candidates, centers, count), count, start: null, enough, progress, ct);
    }

    /// <summary>
    /// Selects by the distances between projections, as the paper does (section 3.2, by Johnson and Lindenstrauss).
    /// </summary>
    /// <param name="store">At least one patch.</param>
    /// <param name="projection">From the store's dimension to fewer; null: the patches as they are.</param>
    /// <param name="count">Picks wanted, 1 to the store's patches.</param>
    /// <param name="start">Index of the first pick.</param>
    /// <param name="progress">Is told how many have been picked.</param>
    /// <param name="ct">Stops the selection between two picks.</param>
    /// <returns>
    /// The picks, with radii between projections, and the coverage radius between the patches as they are.
    /// </returns>
    public static CoresetSelection Select(
        EmbeddingStore store, RandomProjection? projection, int count, int start = 0, IProgress<int>? progress = null,
        CancellationToken ct = default)
    {
        if (projection is null)
            return Select(store, count, start, progress, ct);
        var selection = Select(projection.Project(store), count, start, progress, ct);
        return selection with { CoverageRadius = CoverageRadius(store, selection) };
    }

    /// <summary>The largest Euclidean distance from any patch to the nearest pick.</summary>
    public static float CoverageRadius(EmbeddingStore store, CoresetSelection selection) =>
        Extend(store, MemoryBank.From(store, selection).Vectors, 0).CoverageRadius;

    private static CoresetSelection Pick(
        FarthestSearch search, int count, int? start, float enough, IProgress<int>? progress, CancellationToken ct)
    {
        var indices = new List<int>(count);
        var radii = new List<float>(count);
        if (start is { } first)
        {
            indices.Add(first);
            search.Add(first);
        }
        else
        {
            search.Find();
        }

        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var radius = MathF.Sqrt(search.Farthest.SquaredDistance);
            var done = indices.Count == count || radius <= enough;
            if (done || (indices.Count > 0 && indices.Count % PicksPerReport == 0))
                progress?.Report(indices.Count);
            if (done)
                return new CoresetSelection([.. indices], [.. radii], radius);
            radii.Add(radius);
            indices.Add(search.Farthest.Patch);
            search.Add(search.Farthest.Patch);
        }
    }
}
