namespace PatchCore.Edge.Scores;

/// <summary>How anomalous one image is.</summary>
/// <param name="Score">What the threshold is held against; NaN when any patch had no finite distance, so that no
/// verdict but ERROR follows.</param>
/// <param name="MaxDistance">The largest patch score: Euclidean distance from the worst patch to the memory
/// bank.</param>
/// <param name="WorstPatch">Row-major index of that patch in the grid; the first one of equals.</param>
public readonly record struct ImageScore(float Score, float MaxDistance, int WorstPatch);
