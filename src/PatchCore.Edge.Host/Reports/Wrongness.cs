using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Reports;

/// <summary>What became of a picture, against the truth.</summary>
internal enum Outcome
{
    Miss,
    FalseAlarm,
    Found,
    Passed,
}

/// <summary>How wrong a score is.</summary>
internal static class Wrongness
{
    /// <summary>
    /// How far the score lies on the wrong side of the threshold; negative on the right side, so that what nearly went
    /// wrong comes before what is clear.
    /// </summary>
    public static float Of(EvaluatedImage image, float threshold)
    {
        var above = image.Score!.Value - threshold;
        return image.Class == Evaluation.GoodClass ? above : -above;
    }

    public static Outcome OutcomeOf(EvaluatedImage image) => (image.Class == Evaluation.GoodClass, image.Verdict) switch
    {
        (true, Verdict.Pass) => Outcome.Passed,
        (true, _) => Outcome.FalseAlarm,
        (false, Verdict.Pass) => Outcome.Miss,
        (false, _) => Outcome.Found,
    };
}
