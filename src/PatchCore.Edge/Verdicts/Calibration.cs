using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Verdicts;

/// <summary>
/// A threshold set from good frames alone, by frames that the memory bank has never seen: those it was built from are
/// too near to it to say how a good part scores on the line. The pixel threshold comes from the hottest spots of their
/// anomaly maps in the same way.
/// </summary>
public static class Calibration
{
    /// <summary>Mean + 3 deviations; as the next ones, how a threshold was set in the words of the bundle's
    /// manifest.</summary>
    public const string ThreeDeviations = "mean+3std";

    /// <summary>The score that keeps the rate with the confidence (<see cref="ToleranceLimit"/>).</summary>
    public const string Limit = "tolerance-limit";

    /// <summary>The largest score, where there are too few frames for the rate.</summary>
    public const string Largest = "largest-score";

    /// <summary>Beyond the largest score, where that was asked for (<see cref="TailLimit"/>).</summary>
    public const string Tail = "exponential-tail";

    /// <summary>The best F1 between good and defective frames.</summary>
    public const string BestF1 = "best-f1";

    /// <summary>Every defective frame fails.</summary>
    public const string FullRecall = "recall-1";

    /// <summary>A number that somebody gave.</summary>
    public const string ByHand = "by-hand";

    /// <param name="good">Of frames by a bank without their own patches.</param>
    /// <param name="options">Without faults.</param>
    /// <exception cref="ArgumentException">No scores, one that is not finite, or hottest spots of other
    /// frames.</exception>
    public static CalibrationInfo FromGood(CalibrationScores good, CalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var info = Describe(good, options.Confidence);
        var (method, threshold) = Choose(good.Scores, options);
        var pixels = good.HottestSpots.Count > 0 ? Choose(good.HottestSpots, options).Threshold : (float?)null;
        return WithThreshold(info, method, threshold) with
        {
            FalseRejectRate = options.FalseRejectRate,
            PixelThreshold = pixels,
        };
    }

    /// <summary>What is known of good frames, with a threshold above all of them.</summary>
    /// <exception cref="ArgumentException">As for <see cref="FromGood"/>.</exception>
    public static CalibrationInfo Describe(CalibrationScores good, double confidence)
    {
        ArgumentNullException.ThrowIfNull(good);
        Check(good);
        var (mean, std) = Moments(good.Scores);
        // The hottest spot of a usual good part is about to show, and one twice as far out is as hot as it gets.
        var usual = good.HottestSpots.Count > 0 ? good.HottestSpots.Average() : 0;
        var info = new CalibrationInfo
        {
            Threshold = 0,
            Method = Largest,
            HeldOutFrames = good.Scores.Count,
            Mean = (float)mean,
            Std = (float)std,
            Min = good.Scores.Min(),
            Max = good.Scores.Max(),
            Scores = [.. good.Scores],
            HottestSpots = [.. good.HottestSpots],
            MapLow = usual,
            MapHigh = 2 * usual,
            Confidence = confidence,
        };
        return WithThreshold(info, Largest, info.Max);
    }

    /// <summary>
    /// Another threshold for the same frames, and the share of good parts that it rejects at most by them; no rate is
    /// asked for any more.
    /// </summary>
    public static CalibrationInfo WithThreshold(CalibrationInfo info, string method, float threshold)
    {
        ArgumentNullException.ThrowIfNull(info);
        return info with
        {
            Threshold = threshold,
            Method = method,
            FalseRejectRate = null,
            RateBound = info.Scores.Length > 0
                ? ToleranceLimit.RateBound(
                    info.Scores.Count(score => score > threshold), info.Scores.Length, info.Confidence)
                : null,
        };
    }

    private static (string Method, float Threshold) Choose(IReadOnlyList<float> scores, CalibrationOptions options)
    {
        if (options.FalseRejectRate is not { } rate)
        {
            // Not the largest score: a single odd frame among the good ones would decide what every defect has to
            // exceed.
            var (mean, std) = Moments(scores);
            return (ThreeDeviations, (float)(mean + (3 * std)));
        }

        var rank = ToleranceLimit.Rank(scores.Count, rate, options.Confidence);
        if (rank > 0)
            return (Limit, scores.OrderDescending().ElementAt(rank - 1));
        return options.Extrapolate && scores.Count >= TailLimit.FewestFrames
            ? (Tail, (float)TailLimit.Of(scores, rate, options.Confidence))
            : (Largest, scores.Max());
    }

    private static void Check(CalibrationScores good)
    {
        var (scores, spots) = (good.Scores, good.HottestSpots);
        if (scores.Count == 0 || (spots.Count != scores.Count && spots.Count != 0))
        {
            throw new ArgumentException(
                $"{scores.Count} held-out scores and {spots.Count} hottest spots, expected one of each a frame");
        }

        for (var i = 0; i < scores.Count; i++)
        {
            var spot = spots.Count > 0 ? spots[i] : 0;
            if (!float.IsFinite(scores[i]) || !float.IsFinite(spot))
            {
                throw new ArgumentException(
                    $"held-out score {i} is {scores[i]}, its hottest spot {spot}; expected finite numbers");
            }
        }
    }

    /// <summary>Mean and sample standard deviation (n − 1), which is 0 for a single score.</summary>
    private static (double Mean, double Std) Moments(IReadOnlyList<float> scores)
    {
        var mean = scores.Average(score => (double)score);
        return (mean, scores.Count > 1
            ? Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Count - 1))
            : 0);
    }
}
