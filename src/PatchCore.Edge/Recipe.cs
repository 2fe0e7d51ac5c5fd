using PatchCore.Edge.Bundles;

namespace PatchCore.Edge;

/// <summary>
/// What a line asks of its frames, as one file for <c>train</c>; each section ends in the bundle that it trains.
/// </summary>
public sealed record Recipe
{
    /// <summary>Which pixels of a frame are inspected, and how they reach the backbone.</summary>
    public GeometryInfo Geometry { get; init => field = value ?? new(); } = new();

    /// <summary>Varied copies of the good frames that join the bank; null: none.</summary>
    public AugmentationInfo? Augmentation { get; init; }

    /// <summary>What is wrong with it, as far as can be told before any frame is seen; all faults.</summary>
    public IReadOnlyList<string> Faults() =>
        [.. GeometryRules.Faults(Geometry), .. AugmentationRules.Faults(Augmentation, Geometry)];
}
