namespace PatchCore.Edge.MemoryBanks;

/// <summary>The patches that stand for all.</summary>
/// <param name="Indices">In the order in which they were picked; the first is where the selection started.</param>
/// <param name="Radii">One fewer: how far, in Euclidean distance, each pick but the first was from all before it. Never
/// rising.</param>
/// <param name="CoverageRadius">The largest distance from any patch to its nearest pick.</param>
public sealed record CoresetSelection(int[] Indices, float[] Radii, float CoverageRadius);
