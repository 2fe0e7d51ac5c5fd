using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Settings;

internal enum DriftScores
{
    /// <summary>Of parts that passed, so that defects do not count as drift.</summary>
    Pass,

    All,
}

internal sealed class DriftSettings
{
    public bool Enabled { get; init; } = true;

    public int Window { get; init; } = 200;

    public DriftBaseline Baseline { get; init; }

    public DriftScores Scores { get; init; }

    public double PsiDrifting { get; init; } = 0.1;

    public double PsiAlarm { get; init; } = 0.25;

    public double Significance { get; init; } = 0.0001;

    public double Rejects { get; init; } = 0.02;

    public double Brightness { get; init; } = 0.1;

    public double Sharpness { get; init; } = 0.5;

    public double PublishMinutes { get; init; } = 10;

    public DriftOptions ToOptions() => new()
    {
        Window = Window,
        Baseline = Baseline,
        PassedOnly = Scores == DriftScores.Pass,
        PsiDrifting = PsiDrifting,
        PsiAlarm = PsiAlarm,
        Significance = Significance,
        Rejects = Rejects,
        Brightness = Brightness,
        Sharpness = Sharpness,
    };
}
