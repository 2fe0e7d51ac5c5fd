namespace PatchCore.Edge.Cameras;

/// <summary>A bolt hole that was never drilled: the turned face goes on where it should be.</summary>
internal sealed class SimulatedMissingHole : SimulatedDefect
{
    private const float Radius = SimulatedFlange.HoleRadius + SimulatedFlange.HoleSink;
    private readonly float _u;
    private readonly float _v;

    public SimulatedMissingHole(ref SimulatedRandom random)
    {
        MissingHole = random.Below(SimulatedFlange.HoleCount);
        (_u, _v) = SimulatedFlange.Hole(MissingHole);
        Bounds = Around(_u, _v, Radius + 1);
    }

    public override int MissingHole { get; }

    public override float Apply(float u, float v, ref SimulatedTone tone)
    {
        var (du, dv) = (u - _u, v - _v);
        return Math.Clamp(Radius + 0.5f - MathF.Sqrt((du * du) + (dv * dv)), 0, 1);
    }
}
