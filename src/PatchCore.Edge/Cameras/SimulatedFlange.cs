namespace PatchCore.Edge.Cameras;

/// <summary>
/// The product of the simulated line: a turned steel flange with a bore, six countersunk bolt holes, a groove, a raised
/// hub, a locating notch and an engraved mark. Coordinates are the part's own, see <see cref="SimulatedPose"/>.
/// </summary>
internal static class SimulatedFlange
{
    public const float Outer = 130;
    public const float Bore = 40;
    public const float HoleRadius = 11.5f;
    public const float HoleSink = 3.5f;
    public const int HoleCount = 6;

    /// <summary>Unit vector towards the lamp, above and to the left.</summary>
    public const float LightU = -0.6f;
    public const float LightV = -0.8f;

    private const float HoleCircle = 99;
    private const float Chamfer = 6;
    private const float Hub = 80;
    private const float Groove = 52;
    private const float NotchRadius = 8;
    private const float HalfSqrt3 = 0.8660254f;

    private static readonly float[] HoleU =
        [HoleCircle, HoleCircle / 2, -HoleCircle / 2, -HoleCircle, -HoleCircle / 2, HoleCircle / 2];

    private static readonly float[] HoleV =
        [0, HoleCircle * HalfSqrt3, HoleCircle * HalfSqrt3, 0, -HoleCircle * HalfSqrt3, -HoleCircle * HalfSqrt3];

    public static (float U, float V) Hole(int hole) => (HoleU[hole], HoleV[hole]);

    /// <summary>
    /// Signed distance to the metal's outline, negative on metal; hole number <paramref name="missing"/> was not
    /// drilled (−1: all were).
    /// </summary>
    public static float Distance(float u, float v, float r, int missing)
    {
        var distance = Math.Max(r - Outer, Bore - r);
        if (v < -Outer + NotchRadius + 2)
            distance = Math.Max(distance, NotchRadius - MathF.Sqrt((u * u) + ((v + Outer) * (v + Outer))));
        if (IsFarFromHoles(r))
            return distance;
        var hole = NearestHole(u, v);
        return hole == missing ? distance : Math.Max(distance, HoleRadius - HoleDistance(u, v, hole));
    }

    public static float Distance(float u, float v, int missing = -1) =>
        Distance(u, v, MathF.Sqrt((u * u) + (v * v)), missing);

    /// <summary>
    /// The metal's tone at a spot; <paramref name="marks"/> holds the turning marks by radius, four a unit.
    /// </summary>
    public static SimulatedTone Shade(float u, float v, float r, int missing, float phase, ReadOnlySpan<float> marks)
    {
        var facing = ((u * LightU) + (v * LightV)) / r;
        // Turned metal glints where the marks run across the light: two sectors opposite each other.
        var glint = facing * facing;
        glint *= glint;

        var patchy = SimulatedNoise.Smooth((u * 0.045f) + phase, (v * 0.045f) - phase);
        var grain = SimulatedNoise.Smooth((u * 0.5f) + phase, v * 0.5f);
        var position = r * 4;
        var cell = (int)position;
        var mark = marks[cell] + ((position - cell) * (marks[cell + 1] - marks[cell]));
        var luma = 118 + (52 * glint) + (4 * patchy) + (1.5f * grain)
            + (mark * (0.55f + (0.45f * glint) + (0.2f * patchy)));

        luma += r < Hub ? 12 : 0;
        luma += Edge(r, Hub, 2.2f, 62 * facing);
        luma += Edge(r, Groove - 2, 1.8f, -58 * facing) + Edge(r, Groove + 2, 1.8f, 58 * facing);
        luma -= Edge(r, Groove, 2.2f, 34);
        luma = Slope(luma, (r - (Outer - Chamfer)) * 0.8f, 112 + (88 * facing));
        luma = Slope(luma, (Bore + 4.5f - r) * 0.8f, 108 - (80 * facing));

        luma = Sink(luma, u, v, r, missing);
        luma += SimulatedEngraving.Relief(u, v);
        return new SimulatedTone { Luma = luma, Blue = 1.03f, Green = 1.0f, Red = 0.965f };
    }

    private static float Sink(float luma, float u, float v, float r, int missing)
    {
        if (IsFarFromHoles(r))
            return luma;
        var hole = NearestHole(u, v);
        var distance = HoleDistance(u, v, hole);
        if (hole == missing || distance > HoleRadius + HoleSink + 2)
            return luma;
        var sunk = (((u - HoleU[hole]) * LightU) + ((v - HoleV[hole]) * LightV)) / distance;
        return Slope(luma, HoleRadius + HoleSink - distance + 0.5f, 112 - (78 * sunk));
    }

    /// <summary>
    /// Saves most spots the search for the nearest hole; wider than any margin that is asked for around one.
    /// </summary>
    private static bool IsFarFromHoles(float r) => MathF.Abs(r - HoleCircle) > HoleRadius + HoleSink + 4;

    private static int NearestHole(float u, float v)
    {
        // The sector of the angle, by comparing with its borders at 30°, 90° and 150°.
        if (MathF.Abs(v) < MathF.Abs(u) * (1 / (2 * HalfSqrt3)))
            return u > 0 ? 0 : 3;
        return v > 0 ? (u > 0 ? 1 : 2) : (u > 0 ? 5 : 4);
    }

    private static float HoleDistance(float u, float v, int hole)
    {
        var (du, dv) = (u - HoleU[hole], v - HoleV[hole]);
        return MathF.Sqrt((du * du) + (dv * dv)) + 1e-3f;
    }

    /// <summary>A soft ring of the given height around a radius.</summary>
    private static float Edge(float r, float at, float width, float height)
    {
        var t = (r - at) / width;
        t = 1 - (t * t);
        return t <= 0 ? 0 : height * t * t;
    }

    private static float Slope(float luma, float inside, float sloped) =>
        luma + (Math.Clamp(inside, 0, 1) * (sloped - luma));
}
