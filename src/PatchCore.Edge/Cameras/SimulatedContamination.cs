namespace PatchCore.Edge.Cameras;

/// <summary>Something lying on the part: a dark or shiny chip, or a fiber; each with a small shadow.</summary>
internal sealed class SimulatedContamination : SimulatedDefect
{
    private readonly SimulatedPath _path;
    private readonly float _radius;
    private readonly float _shape;
    private readonly float _luma;

    public SimulatedContamination(ref SimulatedRandom random)
    {
        var fiber = random.Chance(0.35);
        var steps = fiber ? 6 + random.Below(6) : 2;
        var step = fiber ? 3 : random.Range(0.4f, 1.8f);
        var bend = fiber ? random.Range(-0.25f, 0.25f) : 0;
        do
        {
            _path = SimulatedPath.Walk(ref random, OnMetal(ref random, 5), random.Direction(), steps, step, 0.4f, bend);
        }
        while (_path.OnMetal() < 1);
        _radius = fiber ? random.Range(0.7f, 1.2f) : random.Range(1.8f, 4.2f);
        _shape = random.Range(0, 60);
        _luma = random.Chance(0.7) ? random.Range(22, 50) : random.Range(215, 245);
        Bounds = _path.Bounds((_radius * 1.4f) + 4);
    }

    public override float Apply(float u, float v, ref SimulatedTone tone)
    {
        var outline = _radius * (1 + (0.35f * SimulatedNoise.Smooth((u * 0.5f) + _shape, (v * 0.5f) - _shape)));
        var (shadow, _, _) = _path.Nearest(u + (1.6f * SimulatedFlange.LightU), v + (1.6f * SimulatedFlange.LightV));
        tone.Luma *= 1 - (0.4f * Math.Clamp((outline + 0.8f - shadow) / 1.6f, 0, 1));
        var (distance, _, lit) = _path.Nearest(u, v);
        var cover = Math.Clamp(outline + 0.5f - distance, 0, 1);
        if (cover <= 0)
            return 0;
        var body = _luma + (18 * lit / _radius);
        tone.Mix(new SimulatedTone { Luma = body, Blue = 0.97f, Green = 1, Red = 1.02f }, cover);
        return cover;
    }
}
