using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Displays;

/// <summary>One image file and its verdict; the reason is set when the verdict is ERROR.</summary>
internal sealed record InspectedImage(
    string Path, Verdict Verdict, float? Score, float? MaxDistance, TimeSpan Time, string? Reason, string? Heatmap)
{
    /// <summary>A copy: those of the inspector last until the next image.</summary>
    public DefectRegions? Defects { get; init; }
}
