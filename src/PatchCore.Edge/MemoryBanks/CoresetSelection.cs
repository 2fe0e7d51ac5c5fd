namespace PatchCore.Edge.MemoryBanks;

/// <summary>The patches that stand for all.</summary>
/// <param name="Indices">In the order in which they were picked; the first is where the selection started.</param>
/// <param name="Radii">
/// How far, in Euclidean distance, each pick was from all before it; never rising. Where the selection started from
/// nothing the first pick has none, and there is one fewer.
/// </param>
/// <param name="CoverageRadius">The largest distance from any patch to the nearest center.</param>
public sealed record CoresetSelection(int[] Indices, float[] Radii, float CoverageRadius)
{
    /// <summary>
    /// The first picks alone, which are what selecting so few would have picked: a coreset that was selected from
    /// nothing holds every smaller one.
    /// </summary>
    /// <param name="count">1 to all.</param>
    public CoresetSelection Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Indices.Length);
        return count == Indices.Length
            ? this
            : new CoresetSelection(Indices[..count], Radii[..(count - 1)], Radii[count - 1]);
    }
}
