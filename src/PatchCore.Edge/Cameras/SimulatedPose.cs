namespace PatchCore.Edge.Cameras;

/// <summary>
/// How one part lies under the camera. The part has coordinates of its own (u, v): origin in its middle, v down, one
/// unit a pixel of the default 320×320 frame.
/// </summary>
internal readonly record struct SimulatedPose(
    float CenterX, float CenterY, float Cos, float Sin, float Scale, float Gain, float Phase)
{
    // Divided once, not for every pixel.
    private readonly float _unit = 1 / Scale;

    private const float ReferenceSide = 320;

    /// <summary>
    /// Position ±2 units, angle ±1.1°, brightness ±3 %: what a good fixture and a stable lamp leave over.
    /// </summary>
    public static SimulatedPose Draw(SimulatedLineOptions options, ref SimulatedRandom random)
    {
        var scale = Math.Min(options.Width, options.Height) / ReferenceSide;
        var x = (options.Width / 2f) + (random.Range(-2, 2) * scale);
        var y = (options.Height / 2f) + (random.Range(-2, 2) * scale);
        var angle = random.Range(-0.02f, 0.02f);
        var square = angle * angle;
        return new(
            x, y, 1 - (square / 2), angle - (angle * square / 6), scale,
            random.Range(0.97f, 1.03f), random.Range(0, 64));
    }

    public (float U, float V) ToPart(float x, float y)
    {
        var (dx, dy) = ((x - CenterX) * _unit, (y - CenterY) * _unit);
        return ((Cos * dx) + (Sin * dy), (Cos * dy) - (Sin * dx));
    }

    public (float X, float Y) ToFrame(float u, float v) =>
        (CenterX + (Scale * ((Cos * u) - (Sin * v))), CenterY + (Scale * ((Sin * u) + (Cos * v))));
}
