namespace PatchCore.Edge.Scores;

/// <summary>How patch scores become an anomaly map before it is smoothed.</summary>
public enum MapUpsampling
{
    /// <summary>Bilinear between the centers of the patches; smoothed with borders that repeat the edge.</summary>
    Bilinear,

    /// <summary>The nearest patch; smoothed with borders that mirror without repeating the edge.</summary>
    Nearest,
}
