using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Scores;

/// <summary>How a frame is scored.</summary>
/// <param name="Reweighting">From the largest patch score to the image score.</param>
/// <param name="Neighbors">Distances that the re-weighting looks at, at least 1; unused by
/// <see cref="Reweighting.None"/>.</param>
/// <param name="Sigma">Standard deviation of the map's Gaussian, in map pixels, 0 (no smoothing) or more.</param>
/// <param name="Upsampling">From the grid to the map.</param>
public sealed record ScoreOptions(Reweighting Reweighting, int Neighbors, double Sigma, MapUpsampling Upsampling)
{
    /// <summary>The largest distance as the score; 9 neighbors and σ 4 as in the paper.</summary>
    public static ScoreOptions Default { get; } = new(Reweighting.None, 9, 4, MapUpsampling.Bilinear);

    /// <summary>What a bundle says, whose manifest has been verified.</summary>
    /// <exception cref="ArgumentException">A word that means nothing here.</exception>
    public static ScoreOptions From(ScoringInfo scoring) => new(
        scoring.Reweighting switch
        {
            "none" => Reweighting.None,
            "paper" => Reweighting.Paper,
            "seed" => Reweighting.Seed,
            _ => throw new ArgumentException(
                $"scoring.reweighting is '{scoring.Reweighting}', expected none, paper or seed"),
        },
        scoring.Neighbors,
        scoring.Sigma,
        scoring.Upsampling switch
        {
            "bilinear" => MapUpsampling.Bilinear,
            "nearest" => MapUpsampling.Nearest,
            _ => throw new ArgumentException(
                $"scoring.upsampling is '{scoring.Upsampling}', expected bilinear or nearest"),
        });

    /// <summary>As <see cref="From"/> reads it back.</summary>
    public ScoringInfo ToInfo() => new()
    {
        Reweighting = Reweighting switch { Reweighting.Paper => "paper", Reweighting.Seed => "seed", _ => "none" },
        Neighbors = Neighbors,
        Sigma = Sigma,
        Upsampling = Upsampling == MapUpsampling.Nearest ? "nearest" : "bilinear",
    };
}
