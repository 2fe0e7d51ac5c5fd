using System.Globalization;
using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Verdicts;

/// <summary>What a calibration promises, in words.</summary>
public static class CalibrationStatement
{
    /// <summary>Sentences, the most important first; none for a bundle that keeps no scores.</summary>
    public static IEnumerable<string> Of(CalibrationInfo calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        var (frames, confidence) = (calibration.Scores.Length, Percent(calibration.Confidence));
        if (frames == 0)
            yield break;
        var above = calibration.Scores.Count(score => score > calibration.Threshold);
        var bound = calibration.RateBound ?? ToleranceLimit.RateBound(above, frames, calibration.Confidence);
        yield return $"{above} of {frames} good frames score above it: at most {Percent(bound)} of good parts are "
            + $"rejected, with {confidence} confidence";
        if (calibration.FalseRejectRate is not { } rate)
            yield break;
        if (calibration.Method is Calibration.Largest or Calibration.Tail)
        {
            yield return $"at most {Percent(rate)} with {confidence} confidence needs "
                + $"{ToleranceLimit.FramesNeeded(rate, calibration.Confidence)} good frames; there are {frames}";
        }

        if (calibration.Method == Calibration.Tail)
        {
            yield return $"extrapolated: {Percent(rate)} is kept with {confidence} confidence if the scores fall off "
                + "exponentially, which nothing here proves";
        }
    }

    /// <summary>Good parts that a threshold is expected to reject: (above + 1) of (frames + 1), the mean of what the
    /// rate may be where the threshold is one of the scores.</summary>
    public static double ExpectedRate(CalibrationInfo calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        var above = calibration.Scores.Count(score => score > calibration.Threshold);
        return (above + 1.0) / (calibration.Scores.Length + 1);
    }

    private static string Percent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.####} %");
}
