namespace PatchCore.Edge.Cameras;

/// <summary>A shallow bowl: its wall towards the lamp is dark, the far wall bright, its floor dull.</summary>
internal sealed class SimulatedDent : SimulatedDefect
{
    private readonly float _u;
    private readonly float _v;
    private readonly float _cos;
    private readonly float _sin;
    private readonly float _radius;
    private readonly float _flat;
    private readonly float _depth;

    public SimulatedDent(ref SimulatedRandom random)
    {
        _radius = random.Range(6, 15);
        _flat = random.Range(1, 1.5f);
        (_u, _v) = OnMetal(ref random, 5);
        (_cos, _sin) = random.Direction();
        _depth = random.Range(48, 105);
        Bounds = Around(_u, _v, _radius + 1);
    }

    public override float Apply(float u, float v, ref SimulatedTone tone)
    {
        var (du, dv) = ((u - _u) / _radius, (v - _v) / _radius);
        var (a, b) = ((_cos * du) + (_sin * dv), ((_cos * dv) - (_sin * du)) * _flat);
        var inside = 1 - ((a * a) + (b * b)) + (0.12f * SimulatedNoise.Smooth(u * 0.25f, v * 0.25f));
        if (inside <= 0)
            return 0;
        inside = Math.Min(inside, 1);
        var facing = (du * SimulatedFlange.LightU) + (dv * SimulatedFlange.LightV);
        // Slope of the bowl (1 − d²)²: steep half way down, level on its floor and at its rim.
        tone.Luma += _depth * ((-2.2f * facing * inside) - (0.22f * inside * inside));
        return Math.Clamp(inside * 6, 0, 1);
    }
}
