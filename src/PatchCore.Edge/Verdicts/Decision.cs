namespace PatchCore.Edge.Verdicts;

/// <summary>The threshold's say: image score → verdict.</summary>
public static class Decision
{
    /// <summary>
    /// FAIL above the threshold, PASS at or below it. Whatever cannot be compared is an ERROR: a score that is not
    /// finite was not measured, and a threshold that is not finite would let every part pass or none.
    /// </summary>
    public static Verdict Of(float score, float threshold)
    {
        if (!float.IsFinite(score) || !float.IsFinite(threshold))
            return Verdict.Error;
        return score > threshold ? Verdict.Fail : Verdict.Pass;
    }
}
