namespace PatchCore.Edge.Cameras;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). Our own, because the frames
/// of a simulated line must be the same bits on every machine and runtime, which <see cref="System.Random"/> does not
/// promise.
/// </summary>
internal struct SimulatedRandom
{
    private ulong _state;

    /// <summary>
    /// Independent streams for the same part, so that one more number drawn for its pose leaves its defect as it was.
    /// </summary>
    public SimulatedRandom(int seed, long index, int stream)
    {
        _state = (uint)seed * 0x9E3779B97F4A7C15ul;
        _state = Next() ^ (ulong)index;
        _state = Next() ^ (uint)stream;
        Next();
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15ul;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ul;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBul;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => (Next() >> 40) * (1f / (1 << 24));

    public float Range(float low, float high) => low + ((high - low) * NextSingle());

    /// <summary>Uniform in 0 … count − 1.</summary>
    public int Below(int count) => (int)((Next() >> 32) * (uint)count >> 32);

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1ul << 53)) < probability;

    /// <summary>
    /// A unit vector of uniform direction, without sine and cosine: those differ between math libraries.
    /// </summary>
    public (float X, float Y) Direction()
    {
        while (true)
        {
            var (x, y) = (Range(-1, 1), Range(-1, 1));
            var squared = (x * x) + (y * y);
            if (squared is < 0.05f or > 1)
                continue;
            var length = MathF.Sqrt(squared);
            return (x / length, y / length);
        }
    }
}
