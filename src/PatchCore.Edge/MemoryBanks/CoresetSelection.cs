namespace PatchCore.Edge.MemoryBanks;

/// <summary>The patches that stand for all.</summary>
/// <param name="Indices">In the order in which they were picked; the first is where the selection started.</param>
/// <param name="Radii">
/// How far, in Euclidean distance, each pick was from all before it; never rising. Where the selection started from
/// nothing the first pick has none, and there is one fewer.
/// </param>
/// <param name="CoverageRadius">The largest distance from any patch to the nearest center.</param>
public sealed record CoresetSelection(int[] Indices, float[] Radii, float CoverageRadius);
