namespace PatchCore.Edge.Cameras;

/// <summary>
/// The conveyor under the part: dark ribbed rubber that has moved on by some way for every part, and the part's shadow.
/// </summary>
internal static class SimulatedBelt
{
    /// <param name="x">Pixels of the default frame, moving with the belt.</param>
    /// <param name="y">As <paramref name="x"/>, across the belt.</param>
    /// <param name="u">Where that is on the part, for its shadow.</param>
    /// <param name="v">As <paramref name="u"/>.</param>
    /// <param name="r">Distance from the part's middle.</param>
    public static SimulatedTone Shade(float x, float y, float u, float v, float r)
    {
        var rib = Triangle((x + y) * 0.13f) * Triangle((x - y) * 0.13f);
        var dirt = SimulatedNoise.Smooth(x * 0.03f, y * 0.03f);
        var fine = SimulatedNoise.Smooth(x * 0.7f, y * 0.7f);
        var luma = 46 + (9 * rib) + (5 * dirt) + (2.5f * fine);
        luma *= r < SimulatedFlange.Outer - 8 ? 0.42f : Shadow(u, v);
        return new SimulatedTone { Luma = luma, Blue = 0.94f, Green = 1.02f, Red = 0.98f };
    }

    /// <summary>The lamp stands above and to the left, so the shadow falls below and to the right.</summary>
    private static float Shadow(float u, float v)
    {
        var (du, dv) = (u - 5, v - 7);
        var t = (MathF.Sqrt((du * du) + (dv * dv)) - SimulatedFlange.Outer + 4) / 14;
        t = Math.Clamp(t, 0, 1);
        return 0.45f + (0.55f * t * t * (3 - (2 * t)));
    }

    /// <summary>A wave of period 1 between −1 and 1.</summary>
    private static float Triangle(float t)
    {
        t -= MathF.Floor(t);
        return (4 * MathF.Abs(t - 0.5f)) - 1;
    }
}
