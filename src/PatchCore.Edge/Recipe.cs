using PatchCore.Edge.Bundles;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

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

    /// <summary>How frames are scored.</summary>
    public ScoringRecipe Scoring { get; init => field = value ?? new(); } = new();

    /// <summary>How the threshold is set.</summary>
    public CalibrationOptions Calibration { get; init => field = value ?? new(); } = new();

    /// <summary>What is wrong with it, as far as can be told before any frame is seen; all faults.</summary>
    public IReadOnlyList<string> Faults() =>
        [
            .. GeometryRules.Faults(Geometry), .. AugmentationRules.Faults(Augmentation, Geometry),
            .. Calibration.Faults()];
}

/// <summary>What a recipe says of scoring; null: as usual.</summary>
public sealed record ScoringRecipe
{
    /// <summary>From the largest patch score to the image score.</summary>
    public Reweighting? Reweighting { get; init; }

    /// <summary>Distances that the re-weighting looks at.</summary>
    public int? Neighbors { get; init; }

    /// <summary>Standard deviation of the map's Gaussian, in map pixels.</summary>
    public double? Sigma { get; init; }

    /// <summary>From the grid to the map.</summary>
    public MapUpsampling? Upsampling { get; init; }

    /// <summary>All of it, the usual where the recipe is silent.</summary>
    public ScoreOptions Over(ScoreOptions usual)
    {
        ArgumentNullException.ThrowIfNull(usual);
        return new ScoreOptions(
            Reweighting ?? usual.Reweighting, Neighbors ?? usual.Neighbors, Sigma ?? usual.Sigma,
            Upsampling ?? usual.Upsampling);
    }
}
