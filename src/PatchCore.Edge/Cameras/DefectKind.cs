namespace PatchCore.Edge.Cameras;

/// <summary>What is wrong with a simulated part; <see cref="None"/> is a good part.</summary>
public enum DefectKind
{
    None,
    Scratch,
    Dent,
    Stain,
    Crack,
    MissingHole,
    Contamination,
}

public static class DefectKindNames
{
    /// <summary>Every kind but <see cref="DefectKind.None"/>, in the order of the enum.</summary>
    public static IReadOnlyList<DefectKind> Defects { get; } =
    [
        DefectKind.Scratch, DefectKind.Dent, DefectKind.Stain,
        DefectKind.Crack, DefectKind.MissingHole, DefectKind.Contamination,
    ];

    /// <summary>
    /// The name used as a frame's truth and as a folder of a dataset: "good", "scratch", "missing_hole", …
    /// </summary>
    public static string ToTruth(this DefectKind kind) => kind switch
    {
        DefectKind.None => "good",
        DefectKind.Scratch => "scratch",
        DefectKind.Dent => "dent",
        DefectKind.Stain => "stain",
        DefectKind.Crack => "crack",
        DefectKind.MissingHole => "missing_hole",
        DefectKind.Contamination => "contamination",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a defect kind"),
    };
}
