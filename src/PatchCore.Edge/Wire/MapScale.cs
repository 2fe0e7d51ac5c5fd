namespace PatchCore.Edge.Wire;

/// <summary>The map values that are gray 0, 128 and 255 in a map that goes out by itself; linear between.</summary>
/// <param name="Black">The usual value of good parts.</param>
/// <param name="Threshold">The pixel threshold.</param>
/// <param name="White">The hottest color of a heatmap.</param>
public readonly record struct MapScale(float Black, float Threshold, float White)
{
    /// <summary>Gray of the pixel threshold.</summary>
    public const int ThresholdGray = 128;

    /// <summary>
    /// As the colors of the heatmap, unless the threshold lies outside of them: then black is 0, or white as far above
    /// the threshold as black is below.
    /// </summary>
    /// <param name="low">Map value that a heatmap leaves uncolored.</param>
    /// <param name="threshold">The pixel threshold, above 0.</param>
    /// <param name="high">Map value of its hottest color.</param>
    public static MapScale Of(float low, float threshold, float high)
    {
        var black = low < threshold ? low : 0;
        return new(black, threshold, high > threshold ? high : threshold + (threshold - black));
    }
}
