namespace PatchCore.Edge.Cameras;

/// <summary>
/// A blot of dried oil or rust: irregular outline, darker towards its rim, the turning marks shine through.
/// </summary>
internal sealed class SimulatedStain : SimulatedDefect
{
    private readonly float _u;
    private readonly float _v;
    private readonly float _radius;
    private readonly float _opacity;
    private readonly float _shape;
    private readonly bool _rust;

    public SimulatedStain(ref SimulatedRandom random)
    {
        _radius = random.Range(8, 24);
        (_u, _v) = OnMetal(ref random, 6);
        _opacity = random.Range(0.3f, 0.85f);
        _shape = random.Range(0, 60);
        _rust = random.Chance(0.5);
        Bounds = Around(_u, _v, (_radius * 1.5f) + 1);
    }

    public override float Apply(float u, float v, ref SimulatedTone tone)
    {
        var (du, dv) = (u - _u, v - _v);
        var outline = _radius * (1 + (0.34f * SimulatedNoise.Smooth((u * 0.09f) + _shape, (v * 0.09f) - _shape))
            + (0.12f * SimulatedNoise.Smooth((u * 0.3f) + _shape, v * 0.3f)));
        var inside = outline - MathF.Sqrt((du * du) + (dv * dv));
        if (inside <= 0)
            return 0;
        var cover = Math.Clamp(inside / 2.5f, 0, 1);
        var rim = 1 - Math.Clamp(inside / 5, 0, 1);
        var blotch = 0.8f + (0.25f * SimulatedNoise.Smooth((u * 0.2f) - _shape, v * 0.2f));
        var amount = _opacity * cover * Math.Min(1, blotch + (0.3f * rim));
        tone.Luma *= 1 - ((_rust ? 0.38f : 0.6f) * amount);
        if (_rust)
            tone.Tint(0.52f, 0.85f, 1.22f, amount);
        else
            tone.Tint(0.8f, 0.96f, 1.02f, amount);
        return cover;
    }
}
