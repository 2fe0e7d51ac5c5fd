namespace PatchCore.Edge.Verdicts;

/// <summary>
/// The image score on a scale on which every threshold is 0.5: score / (score + threshold). It goes from 0 to 1 without
/// ever being cut off, it takes nothing but the two numbers that are published with it, and it follows the threshold
/// that is in force. n / (1 − n) is the score in multiples of the threshold.
/// </summary>
public static class NormalizedScore
{
    /// <summary>
    /// Above 0.5 exactly where <see cref="Decision"/> says FAIL, at most 0.5 where it says PASS, and null where it says
    /// ERROR. With a threshold of 0 or less, which all that is odd exceeds, 1 above it and 0 below.
    /// </summary>
    public static float? Of(float? score, float? threshold)
    {
        if (score is not { } s || threshold is not { } t || !float.IsFinite(s) || !float.IsFinite(t))
            return null;
        if (s == t)
            return 0.5f;
        var n = t > 0 ? (float)(Math.Max(0.0, s) / (Math.Max(0.0, s) + t)) : s > t ? 1 : 0;
        // A score next to the threshold may round to the wrong side of it, or onto it.
        return s > t ? Math.Max(n, MathF.BitIncrement(0.5f)) : Math.Min(n, 0.5f);
    }
}
