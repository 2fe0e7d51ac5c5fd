namespace PatchCore.Edge.Cameras;

/// <summary>
/// Noise tables shared by all parts; filled once from a fixed seed with exactly rounded arithmetic only.
/// </summary>
internal static class SimulatedNoise
{
    private const int Side = 64;
    private static readonly float[] Lattice = Fill(Side * Side, static (ref SimulatedRandom r) => r.Range(-1, 1));

    /// <summary>4096 samples of a normal distribution (sum of twelve uniforms), mean 0, standard deviation 1.</summary>
    public static readonly float[] Gaussian = Fill(4096, static (ref SimulatedRandom r) =>
    {
        var sum = -6f;
        for (var i = 0; i < 12; i++)
            sum += r.NextSingle();
        return sum;
    });

    /// <summary>Smooth value noise in [−1, 1] with features of about one unit, repeating every 64 units.</summary>
    public static float Smooth(float x, float y)
    {
        var (floorX, floorY) = (MathF.Floor(x), MathF.Floor(y));
        var (fx, fy) = (x - floorX, y - floorY);
        fx = fx * fx * (3 - (2 * fx));
        fy = fy * fy * (3 - (2 * fy));
        var (x0, y0) = ((int)floorX & (Side - 1), (int)floorY & (Side - 1));
        var x1 = (x0 + 1) & (Side - 1);
        var upper = Lattice.AsSpan(y0 * Side, Side);
        var lower = Lattice.AsSpan(((y0 + 1) & (Side - 1)) * Side, Side);
        var top = upper[x0] + (fx * (upper[x1] - upper[x0]));
        var bottom = lower[x0] + (fx * (lower[x1] - lower[x0]));
        return top + (fy * (bottom - top));
    }

    private delegate float Draw(ref SimulatedRandom random);

    private static float[] Fill(int count, Draw draw)
    {
        var random = new SimulatedRandom(seed: 20210615, index: count, stream: 0);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = draw(ref random);
        return values;
    }
}
