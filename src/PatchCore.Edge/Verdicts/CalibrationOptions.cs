using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Verdicts;

/// <summary>What a threshold that is set from good frames is to keep; README.md beside this file explains.</summary>
public sealed record CalibrationOptions
{
    /// <summary>
    /// Share of good parts that may be rejected, 0.00001 to 0.5. Null: mean + 3 deviations, which promises nothing, and
    /// suits few frames.
    /// </summary>
    public double? FalseRejectRate { get; init; }

    /// <summary>How sure the rate is to be kept, 0.5 to 0.9999; 0, as where a recipe is silent, is 0.95.</summary>
    public double Confidence { get; init => field = value == 0 ? 0.95 : value; } = 0.95;

    /// <summary>
    /// Whether a rate that takes more frames than there are is sought beyond the scores that were seen.
    /// </summary>
    public bool Extrapolate { get; init; }

    /// <summary>
    /// Frames, evenly spaced, that are scored; null: 200, or all where a rate is asked for.
    /// </summary>
    public int? Frames { get; init; }

    /// <summary>What a calibration was asked for, to ask for it again.</summary>
    public static CalibrationOptions Of(CalibrationInfo calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        return new CalibrationOptions
        {
            FalseRejectRate = calibration.FalseRejectRate,
            Confidence = calibration.Confidence,
            Extrapolate = calibration.Method == Calibration.Tail,
        };
    }

    /// <summary>What is out of range, each naming the key, what was found and what was expected.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (FalseRejectRate is not (null or (>= 0.00001 and <= 0.5)))
            Add($"calibration.falseRejectRate is {FalseRejectRate}, expected 0.00001 to 0.5");
        if (Confidence is not (>= 0.5 and <= 0.9999))
            Add($"calibration.confidence is {Confidence}, expected 0.5 to 0.9999");
        if (Extrapolate && FalseRejectRate is null)
            Add($"calibration.extrapolate is set, expected a calibration.falseRejectRate with it");
        if (Frames is < CalibrationScores.Fewest)
            Add($"calibration.frames is {Frames}, expected {CalibrationScores.Fewest} or more");
        return faults;

        void Add(FormattableString fault) => faults.Add(FormattableString.Invariant(fault));
    }
}

/// <summary>What good frames score that the memory bank has never seen.</summary>
/// <param name="Scores">Image scores, one a frame.</param>
/// <param name="HottestSpots">The largest value of each frame's anomaly map; none where they are not known.</param>
public sealed record CalibrationScores(IReadOnlyList<float> Scores, IReadOnlyList<float> HottestSpots)
{
    /// <summary>Fewer frames than this tell nothing of what good frames score.</summary>
    public const int Fewest = 5;
}
