using PatchCore.Edge.Bundles;

namespace PatchCore.Edge;

/// <summary>
/// What a line asks of its frames, as one file for <c>train</c>; each section ends in the bundle that it trains.
/// </summary>
public sealed record Recipe
{
    /// <summary>Which pixels of a frame are inspected, and how they reach the backbone.</summary>
    public GeometryInfo Geometry { get; init => field = value ?? new(); } = new();
}
