using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Verdicts;

/// <summary>
/// A threshold set from good frames alone, by frames that the memory bank has never seen: those it was built from are
/// too near to it to say how a good part scores on the line.
/// </summary>
public static class Calibration
{
    /// <summary>How the threshold was set, in the words of the bundle's manifest.</summary>
    public const string ThreeDeviations = "mean+3std";

    /// <summary>
    /// Threshold = mean + 3·std, which one good frame in 740 exceeds where scores are normally distributed. Not the
    /// largest score: a single odd frame among the good ones would decide what every defect has to exceed.
    /// </summary>
    /// <param name="heldOutScores">Image scores of good frames, each by a bank without its own patches.</param>
    /// <param name="hottestSpots">The largest value of each of their anomaly maps; they set the heatmap's
    /// colors.</param>
    /// <exception cref="ArgumentException">No scores, or one that is not finite.</exception>
    public static CalibrationInfo FromGood(IReadOnlyList<float> heldOutScores, IReadOnlyList<float> hottestSpots)
    {
        if (heldOutScores.Count == 0 || hottestSpots.Count != heldOutScores.Count)
        {
            throw new ArgumentException(
                $"{heldOutScores.Count} held-out scores and {hottestSpots.Count} hottest spots, "
                    + "expected one of each a frame");
        }

        for (var i = 0; i < heldOutScores.Count; i++)
        {
            if (!float.IsFinite(heldOutScores[i]) || !float.IsFinite(hottestSpots[i]))
            {
                throw new ArgumentException(
                    $"held-out score {i} is {heldOutScores[i]}, its hottest spot {hottestSpots[i]}; "
                        + "expected finite numbers");
            }
        }

        var mean = heldOutScores.Average(score => (double)score);
        var std = Deviation(heldOutScores, mean);
        // The hottest spot of a usual good part is about to show, and one twice as far out is as hot as it gets.
        var usual = hottestSpots.Average();
        return new CalibrationInfo
        {
            Threshold = (float)(mean + (3 * std)),
            Method = ThreeDeviations,
            HeldOutFrames = heldOutScores.Count,
            Mean = (float)mean,
            Std = (float)std,
            Min = heldOutScores.Min(),
            Max = heldOutScores.Max(),
            Scores = [.. heldOutScores],
            MapLow = usual,
            MapHigh = 2 * usual,
        };
    }

    /// <summary>Sample standard deviation (n − 1); 0 for a single score.</summary>
    private static double Deviation(IReadOnlyList<float> scores, double mean) =>
        scores.Count > 1 ? Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Count - 1)) : 0;
}
