using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Verdicts;

/// <summary>
/// A threshold set from good frames alone, by frames that the memory bank has never seen: those it was built from are
/// too near to it to say how a good part scores on the line.
/// </summary>
public sealed record Calibration
{
    /// <summary>How the threshold was set, in the words of the bundle's manifest.</summary>
    public const string ThreeDeviations = "mean+3std";

    /// <summary>Scores above it fail.</summary>
    public required float Threshold { get; init; }

    public required string Method { get; init; }

    /// <summary>Held-out good frames that were scored.</summary>
    public required int HeldOutFrames { get; init; }

    public required float Mean { get; init; }

    /// <summary>Sample standard deviation (n − 1); 0 for a single frame.</summary>
    public required float Std { get; init; }

    public required float Min { get; init; }

    public required float Max { get; init; }

    /// <summary>
    /// Threshold = mean + 3·std, which one good frame in 740 exceeds where scores are normally distributed. Not the largest
    /// score: a single odd frame among the good ones would decide what every defect has to exceed.
    /// </summary>
    /// <param name="heldOutScores">Image scores of good frames that are not in the memory bank.</param>
    /// <exception cref="ArgumentException">No scores, or one that is not finite.</exception>
    public static Calibration FromGood(ReadOnlySpan<float> heldOutScores)
    {
        if (heldOutScores.IsEmpty)
            throw new ArgumentException("no held-out scores, expected at least one", nameof(heldOutScores));

        var sum = 0.0;
        var min = float.PositiveInfinity;
        var max = float.NegativeInfinity;
        for (var i = 0; i < heldOutScores.Length; i++)
        {
            var score = heldOutScores[i];
            if (!float.IsFinite(score))
                throw new ArgumentException($"held-out score {i} is {score}, expected a finite number", nameof(heldOutScores));
            sum += score;
            min = Math.Min(min, score);
            max = Math.Max(max, score);
        }

        var mean = sum / heldOutScores.Length;
        var squares = 0.0;
        foreach (var score in heldOutScores)
            squares += (score - mean) * (score - mean);
        var std = heldOutScores.Length > 1 ? Math.Sqrt(squares / (heldOutScores.Length - 1)) : 0;

        return new Calibration
        {
            Threshold = (float)(mean + (3 * std)),
            Method = ThreeDeviations,
            HeldOutFrames = heldOutScores.Length,
            Mean = (float)mean,
            Std = (float)std,
            Min = min,
            Max = max,
        };
    }

    /// <summary>What a bundle keeps of it.</summary>
    /// <param name="scores">The held-out scores it was set from.</param>
    /// <param name="mapLow">Map value of the heatmap's coldest color.</param>
    /// <param name="mapHigh">Map value of the heatmap's hottest color.</param>
    public CalibrationInfo ToInfo(IReadOnlyList<float> scores, float mapLow, float mapHigh) => new()
    {
        Threshold = Threshold,
        Method = Method,
        HeldOutFrames = HeldOutFrames,
        Mean = Mean,
        Std = Std,
        Min = Min,
        Max = Max,
        Scores = [.. scores],
        MapLow = mapLow,
        MapHigh = mapHigh,
    };
}
