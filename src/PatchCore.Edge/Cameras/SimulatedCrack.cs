namespace PatchCore.Edge.Cameras;

/// <summary>A dark jagged line that starts at an edge of the metal, thins out and often forks.</summary>
internal sealed class SimulatedCrack : SimulatedDefect
{
    private readonly SimulatedPath _path;
    private readonly SimulatedPath? _fork;
    private readonly float _halfWidth;
    private readonly float _darkness;

    public SimulatedCrack(ref SimulatedRandom random)
    {
        var steps = 6 + random.Below(9);
        do
        {
            var (from, direction) = Edge(ref random);
            _path = SimulatedPath.Walk(ref random, from, direction, steps, 4.2f, 0.75f, 0);
        }
        while (_path.OnMetal() < 0.8f);

        if (random.Chance(0.6))
        {
            var at = steps / 2;
            var (a, b) = (_path[at - 1], _path[at]);
            var turn = random.Chance(0.5) ? 0.8f : -0.8f;
            var (x, y) = ((b.U - a.U) / 4.2f, (b.V - a.V) / 4.2f);
            var direction = ((x - (turn * y)) / 1.28f, (y + (turn * x)) / 1.28f);
            _fork = SimulatedPath.Walk(ref random, b, direction, steps / 3, 3.6f, 0.6f, 0);
        }

        _halfWidth = random.Range(0.8f, 1.5f);
        _darkness = random.Range(0.5f, 0.85f);
        var (left, top, right, bottom) = _path.Bounds(4);
        var fork = (_fork ?? _path).Bounds(4);
        Bounds = (Math.Min(left, fork.Left), Math.Min(top, fork.Top),
            Math.Max(right, fork.Right), Math.Max(bottom, fork.Bottom));
    }

    public override float Apply(float u, float v, ref SimulatedTone tone)
    {
        var (distance, along, lit) = _path.Nearest(u, v);
        var depth = Depth(distance, _halfWidth * (1.1f - (0.75f * along)));
        if (_fork is not null)
        {
            var (forkDistance, forkAlong, forkLit) = _fork.Nearest(u, v);
            var forkDepth = Depth(forkDistance, _halfWidth * (0.7f - (0.45f * forkAlong)));
            (depth, lit) = forkDepth > depth ? (forkDepth, forkLit) : (depth, lit);
        }

        if (depth <= 0)
            return 0;
        tone.Luma *= 1 - (_darkness * depth);
        tone.Luma += lit < 0 ? 14 * depth * (1 - depth) : 0;
        return depth;
    }

    private static float Depth(float distance, float half) => Math.Clamp((half + 0.7f - distance) / 1.1f, 0, 1);

    /// <summary>A spot on the bore, the rim or a bolt hole, and the direction into the metal.</summary>
    private static ((float U, float V) From, (float X, float Y) Direction) Edge(ref SimulatedRandom random)
    {
        var (x, y) = random.Direction();
        switch (random.Below(3))
        {
            case 0:
                return ((x * (SimulatedFlange.Bore + 1), y * (SimulatedFlange.Bore + 1)), (x, y));
            case 1:
                return ((x * (SimulatedFlange.Outer - 1), y * (SimulatedFlange.Outer - 1)), (-x, -y));
            default:
                var (u, v) = SimulatedFlange.Hole(random.Below(SimulatedFlange.HoleCount));
                const float Radius = SimulatedFlange.HoleRadius + 1;
                return ((u + (x * Radius), v + (y * Radius)), (x, y));
        }
    }
}
