namespace PatchCore.Edge.Verdicts;

/// <summary>Where a <see cref="DriftMonitor"/> takes the scores of good parts from that it compares with.</summary>
public enum DriftBaseline
{
    /// <summary>The bundle's calibration, or the first frames where it keeps too few scores.</summary>
    Calibration,

    /// <summary>The first frames that pass, as many as a window has.</summary>
    Learned,
}

/// <summary>What counts as drift.</summary>
public sealed record DriftOptions
{
    /// <summary>Fewer frames say too little to be compared.</summary>
    public const int FewestFrames = 50;

    /// <summary>Frames that are compared with the baseline, the latest, 50 to 10000.</summary>
    public int Window { get; init; } = 200;

    public DriftBaseline Baseline { get; init; }

    /// <summary>
    /// Whether only parts that passed are looked at, so that defects do not count as drift; else all that have a score.
    /// </summary>
    public bool PassedOnly { get; init; } = true;

    /// <summary>Population stability index from which the line drifts; 0.1 by convention.</summary>
    public double PsiDrifting { get; init; } = 0.1;

    /// <summary>Population stability index of an alarm; 0.25 by convention.</summary>
    public double PsiAlarm { get; init; } = 0.25;

    /// <summary>
    /// How often scores of a line that has not changed may differ as much as they do, above 0, below 0.5; what would be
    /// more usual is no drift, whatever the index says.
    /// </summary>
    public double Significance { get; init; } = 0.0001;

    /// <summary>
    /// Share of good parts that would be rejected beyond those that were at calibration, of an alarm; half of it is
    /// drift.
    /// </summary>
    public double Rejects { get; init; } = 0.02;

    /// <summary>Change of the mean brightness, as a share of it, of an alarm; half of it is drift.</summary>
    public double Brightness { get; init; } = 0.1;

    /// <summary>Change of the mean sharpness, as a share of it, of an alarm; half of it is drift.</summary>
    public double Sharpness { get; init; } = 0.5;

    /// <summary>What is out of range, each naming the key, what was found and what was expected.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Window is not (>= FewestFrames and <= 10000))
            Add($"Window is {Window}, expected {FewestFrames} to 10000");
        if (PsiDrifting is not > 0 || !(PsiAlarm >= PsiDrifting))
            Add($"PsiDrifting is {PsiDrifting} and PsiAlarm {PsiAlarm}, expected above 0 and not below the former");
        if (Significance is not (> 0 and < 0.5))
            Add($"Significance is {Significance}, expected above 0 and below 0.5");
        foreach (var (key, value) in (ReadOnlySpan<(string, double)>)[
            ("Rejects", Rejects), ("Brightness", Brightness), ("Sharpness", Sharpness)])
        {
            if (value is not > 0)
                Add($"{key} is {value}, expected above 0");
        }

        return faults;

        void Add(FormattableString fault) => faults.Add(FormattableString.Invariant(fault));
    }
}
