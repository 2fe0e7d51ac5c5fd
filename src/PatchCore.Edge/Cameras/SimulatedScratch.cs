namespace PatchCore.Edge.Cameras;

/// <summary>
/// A long, slightly bent groove: bright bare metal, a dark wall on the side of the lamp, thin towards its ends.
/// </summary>
internal sealed class SimulatedScratch : SimulatedDefect
{
    private readonly SimulatedPath _path;
    private readonly float _halfWidth;
    private readonly float _contrast;

    public SimulatedScratch(ref SimulatedRandom random)
    {
        var steps = 6 + random.Below(10);
        var bend = random.Range(-0.06f, 0.06f);
        do
        {
            _path = SimulatedPath.Walk(ref random, OnMetal(ref random, 4), random.Direction(), steps, 7, 0.06f, bend);
        }
        while (_path.OnMetal() < 0.85f);
        _halfWidth = random.Range(0.8f, 1.6f);
        _contrast = random.Range(34, 85);
        Bounds = _path.Bounds(4);
    }

    public override float Apply(float u, float v, ref SimulatedTone tone)
    {
        var (distance, along, lit) = _path.Nearest(u, v);
        var half = _halfWidth * (1.15f - MathF.Abs((2 * along) - 1));
        var wall = Math.Clamp((half + 1.6f - distance) / 1.6f, 0, 1);
        if (wall <= 0)
            return 0;
        // Chatter of the tool that made it.
        var depth = 0.75f + (0.35f * SimulatedNoise.Smooth(along * 40, _contrast));
        var core = Math.Clamp(half + 0.5f - distance, 0, 1);
        tone.Luma += _contrast * depth * (core - (0.55f * wall * (lit > 0 ? 1 : 0.25f) * (1 - core)));
        return Math.Clamp(half + 1 - distance, 0, 1);
    }
}
