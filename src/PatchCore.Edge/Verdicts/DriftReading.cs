namespace PatchCore.Edge.Verdicts;

/// <summary>How far a line is from what it was when its bundle was calibrated.</summary>
public enum DriftLevel
{
    Ok,

    /// <summary>It has changed; somebody should look when there is time.</summary>
    Drifting,

    /// <summary>It has changed so much that good parts are, or are about to be, rejected, or defects missed.</summary>
    Alarm,
}

/// <summary>What has changed.</summary>
[Flags]
public enum DriftCauses
{
    None = 0,

    /// <summary>Scores are distributed otherwise.</summary>
    Scores = 1,

    /// <summary>More good parts would be rejected.</summary>
    Rejects = 2,

    Brightness = 4,

    Sharpness = 8,
}

/// <summary>Where what a value is compared with comes from.</summary>
public enum DriftOrigin
{
    /// <summary>It is being learned: nothing can be said yet.</summary>
    Learning,

    /// <summary>The first good frames since the start.</summary>
    Learned,

    /// <summary>The bundle.</summary>
    Calibration,
}

/// <summary>Scores of the window against those of the baseline.</summary>
/// <param name="Origin">Where the baseline comes from.</param>
/// <param name="BaselineFrames">Scores of the baseline.</param>
/// <param name="Frames">Scores in the window.</param>
/// <param name="Psi">Population stability index over the baseline's tenths.</param>
/// <param name="Ks">Kolmogorov–Smirnov distance, 0 to 1.</param>
/// <param name="KsCritical">The distance that scores of a line that has not changed exceed as rarely as was
/// asked.</param>
/// <param name="Median">Of the window.</param>
/// <param name="BaselineMedian">Of the baseline.</param>
/// <param name="MedianShift">Of the median, where 1 is the way from the baseline's median to the threshold.</param>
/// <param name="Rejects">Share of good parts that would be rejected, projected from how the scores moved.</param>
/// <param name="BaselineRejects">The same, had nothing moved.</param>
public readonly record struct ScoreDrift(
    DriftOrigin Origin, int BaselineFrames, int Frames, double Psi, double Ks, double KsCritical, double Median,
    double BaselineMedian, double MedianShift, double Rejects, double BaselineRejects)
{
    /// <summary>Whether the scores differ by more than chance.</summary>
    public bool IsSignificant => Ks > KsCritical;
}

/// <summary>Brightness or sharpness of the window against the baseline.</summary>
/// <param name="Origin">Where the baseline comes from.</param>
/// <param name="Mean">Of the window; 0 before there is one.</param>
/// <param name="Baseline">Mean of the baseline; 0 while it is being learned.</param>
/// <param name="Change">(mean − baseline) / baseline; 0 where it is within what chance does.</param>
public readonly record struct PictureDrift(DriftOrigin Origin, double Mean, double Baseline, double Change);

/// <summary>All that a <see cref="DriftMonitor"/> knows.</summary>
/// <param name="Level">After hysteresis.</param>
/// <param name="Causes">Of the level; none when it is ok.</param>
/// <param name="Observed">Frames since the start that were inspected.</param>
/// <param name="FailShare">Share of FAIL among the latest window of verdicts.</param>
public readonly record struct DriftReading(
    DriftLevel Level, DriftCauses Causes, long Observed, double FailShare, ScoreDrift Scores,
    PictureDrift Brightness, PictureDrift Sharpness);
