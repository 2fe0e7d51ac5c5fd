namespace PatchCore.Edge.Cameras;

/// <summary>A polyline on the part, the spine of scratches, cracks and fibers.</summary>
internal sealed class SimulatedPath
{
    private readonly List<(float U, float V)> _points = [];

    public int Count => _points.Count;

    public void Add(float u, float v) => _points.Add((u, v));

    /// <summary>
    /// Goes <paramref name="steps"/> steps from a spot, turning by tangents of up to ±<paramref name="turn"/> plus a
    /// steady <paramref name="bend"/>.
    /// </summary>
    public static SimulatedPath Walk(
        ref SimulatedRandom random, (float U, float V) from, (float X, float Y) direction,
        int steps, float step, float turn, float bend)
    {
        var path = new SimulatedPath();
        path.Add(from.U, from.V);
        for (var i = 0; i < steps; i++)
        {
            var tangent = bend + random.Range(-turn, turn);
            var norm = MathF.Sqrt(1 + (tangent * tangent));
            direction = (
                (direction.X - (tangent * direction.Y)) / norm,
                (direction.Y + (tangent * direction.X)) / norm);
            from = (from.U + (step * direction.X), from.V + (step * direction.Y));
            path.Add(from.U, from.V);
        }

        return path;
    }

    public (float U, float V) this[int point] => _points[point];

    public (float Left, float Top, float Right, float Bottom) Bounds(float margin)
    {
        var (left, top, right, bottom) = (float.MaxValue, float.MaxValue, float.MinValue, float.MinValue);
        foreach (var (u, v) in _points)
            (left, top, right, bottom) = (Math.Min(left, u), Math.Min(top, v), Math.Max(right, u), Math.Max(bottom, v));
        return (left - margin, top - margin, right + margin, bottom + margin);
    }

    /// <summary>Share of the path's points that lie on metal.</summary>
    public float OnMetal()
    {
        var inside = 0;
        foreach (var (u, v) in _points)
            inside += SimulatedFlange.Distance(u, v) < -2 ? 1 : 0;
        return (float)inside / _points.Count;
    }

    /// <summary>
    /// Distance to the path, where along it (0 to 1), and how far to its side that faces the lamp (negative: to the
    /// other side).
    /// </summary>
    public (float Distance, float Along, float Lit) Nearest(float u, float v)
    {
        var (best, along, lit) = (float.MaxValue, 0f, 0f);
        for (var i = 1; i < _points.Count; i++)
        {
            var (a, b) = (_points[i - 1], _points[i]);
            var (su, sv) = (b.U - a.U, b.V - a.V);
            var (pu, pv) = (u - a.U, v - a.V);
            var t = Math.Clamp(((pu * su) + (pv * sv)) / ((su * su) + (sv * sv)), 0, 1);
            var (du, dv) = (pu - (t * su), pv - (t * sv));
            var squared = (du * du) + (dv * dv);
            if (squared >= best)
                continue;
            (best, along) = (squared, (i - 1 + t) / (_points.Count - 1));
            lit = (du * SimulatedFlange.LightU) + (dv * SimulatedFlange.LightV);
        }

        return (MathF.Sqrt(best), along, lit);
    }
}
