namespace PatchCore.Edge.Verdicts;

/// <summary>
/// Scores in ascending order, the anomalous apart from the good: all that the ranking metrics need. Kept as integer
/// keys whose order is the order of the scores, because keys sort by radix in a few linear passes.
/// </summary>
internal sealed class RankedScores
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    private RankedScores(uint[] good, uint[] anomalous)
    {
        Good = good;
        Anomalous = anomalous;
    }

    /// <summary>Keys of the good, ascending.</summary>
    public uint[] Good { get; }

    /// <summary>Keys of the anomalous, ascending.</summary>
    public uint[] Anomalous { get; }

    /// <param name="scores">Any order; NaN has no rank and is refused.</param>
    /// <param name="anomalous">True where the score belongs to the anomalous class; as long as the scores.</param>
    public static RankedScores Rank(ReadOnlySpan<float> scores, ReadOnlySpan<bool> anomalous)
    {
        if (scores.Length != anomalous.Length)
            throw new ArgumentException($"{anomalous.Length} labels for {scores.Length} scores", nameof(anomalous));

        var positives = anomalous.Count(true);
        var keys = (Good: new uint[scores.Length - positives], Anomalous: new uint[positives]);
        int good = 0, bad = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
                throw new ArgumentException($"score {i} is not a number: it has no rank", nameof(scores));
            if (anomalous[i])
                keys.Anomalous[bad++] = KeyOf(scores[i]);
            else
                keys.Good[good++] = KeyOf(scores[i]);
        }

        var scratch = new uint[Math.Max(good, bad)];
        Sort(keys.Good, scratch);
        Sort(keys.Anomalous, scratch);
        return new RankedScores(keys.Good, keys.Anomalous);
    }

    /// <summary>The score that a key stands for.</summary>
    public static float ScoreOf(uint key) =>
        BitConverter.UInt32BitsToSingle((key & 0x8000_0000) != 0 ? key & 0x7FFF_FFFF : ~key);

    /// <summary>An integer that orders as the score does; the two zeros are one.</summary>
    public static uint KeyOf(float score)
    {
        // IEEE 754 magnitudes order as integers: flip the sign of the positive, every bit of the negative. Adding 0
        // makes -0 and 0 one key.
        var bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static void Sort(uint[] keys, uint[] scratch)
    {
        if (keys.Length < Digits)
        {
            Array.Sort(keys);
            return;
        }

        Span<int> starts = stackalloc int[Digits];
        var from = keys.AsSpan();
        var to = scratch.AsSpan(0, keys.Length);
        for (var shift = 0; shift < 32; shift += DigitBits)
        {
            starts.Clear();
            foreach (var key in from)
                starts[(int)(key >> shift) & (Digits - 1)]++;
            var sum = 0;
            for (var d = 0; d < Digits; d++)
                (starts[d], sum) = (sum, sum + starts[d]);
            foreach (var key in from)
                to[starts[(int)(key >> shift) & (Digits - 1)]++] = key;
            var swap = from;
            from = to;
            to = swap;
        }

        // Three passes: the last one wrote to the scratch.
        from.CopyTo(keys);
    }
}
