namespace PatchCore.Edge.Scores;

/// <summary>How the image score is made of the largest patch score.</summary>
public enum Reweighting
{
    /// <summary>The largest patch score itself, as the authors' code does.</summary>
    None,

    /// <summary>
    /// Weighted by how crowded the bank is around the nearest bank vector (PatchCore, section 3.3, equation 7).
    /// </summary>
    Paper,

    /// <summary>
    /// Weighted by the spread of the worst patch's own distances, as the first public re-implementation does.
    /// </summary>
    Seed,
}
