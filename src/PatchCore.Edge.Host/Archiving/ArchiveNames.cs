using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// Names of the archive's folders and files: {camera}/2026-11-25/083000.125-{result id}-FAIL, of which there are a
/// picture, mostly a heatmap, and the result. Only what has such a name is counted or removed. Times are UTC, so that
/// names sort by time.
/// </summary>
internal static partial class ArchiveNames
{
    public const string Heatmap = "-heatmap.jpg";
    public const string Result = ".json";

    /// <summary>After the name of a file that is being written.</summary>
    public const string Partial = ".partial";

    private const string DayFormat = "yyyy-MM-dd";

    public static string FolderOf(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);

    public static bool IsFolder(string name, out DateOnly day) =>
        DateOnly.TryParseExact(name, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    public static DateOnly DayOf(DateTimeOffset capturedAt) => DateOnly.FromDateTime(capturedAt.UtcDateTime);

    /// <summary>What the files of a frame begin with.</summary>
    public static string FrameOf(DateTimeOffset capturedAt, ResultId id, Verdict verdict) => string.Create(
        CultureInfo.InvariantCulture, $"{capturedAt.UtcDateTime:HHmmss.fff}-{id}-{VerdictText.Of(verdict)}");

    /// <summary>Whether a file is of the archive, and what its frame's files begin with.</summary>
    public static bool IsFile(string name, [NotNullWhen(true)] out string? frame, out bool partial)
    {
        var match = File().Match(name);
        (frame, partial) = (match.Success ? match.Groups[1].Value : null, match.Groups[2].Success);
        return match.Success;
    }

    [GeneratedRegex(
        @"^(\d{6}\.\d{3}-[0-9A-Z]{26}-(?:PASS|FAIL|ERROR))(?:\.png|\.jpg|-heatmap\.jpg|\.json)(\.partial)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex File();
}
