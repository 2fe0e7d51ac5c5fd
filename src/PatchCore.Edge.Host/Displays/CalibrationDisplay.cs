using System.Globalization;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Displays;

/// <summary>What <c>calibrate</c> prints.</summary>
internal static class CalibrationDisplay
{
    public static void Write(RecalibrationReport report, RecalibrationOptions options, TextWriter output)
    {
        foreach (var image in report.Unreadable)
            output.WriteLine($"unreadable: {image.Path}: {image.Reason}");
        var (before, after) = (report.Before, report.After);
        output.WriteLine($"good frames   {after.HeldOutFrames} ({Source(report, options)})");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"threshold     {before.Threshold:G6} ({before.Method}) -> {after.Threshold:G6} ({after.Method})"));
        output.WriteLine($"pixels        {Text(before.PixelThreshold)} -> {Text(after.PixelThreshold)}");
        WriteCosts(before, after, output);
        if (report.Defects.Count > 0)
            WriteDefects(report, output);
        output.WriteLine(report.Bundle is { } bundle
            ? $"bundle        {bundle.Directory} ({report.BundleId} -> {bundle.Manifest.Id})"
            : $"bundle        {options.BundleDirectory} ({report.BundleId}), not changed: --dry-run");
        foreach (var sentence in CalibrationStatement.Of(after))
            output.WriteLine($"note: {sentence}");
    }

    private static void WriteCosts(CalibrationInfo before, CalibrationInfo after, TextWriter output)
    {
        if (after.Scores.Length == 0 || after.RateBound is not { } bound)
            return;
        // Both thresholds by the same frames, so that the two numbers compare.
        var was = after with { Threshold = before.Threshold };
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"in 1,000      about {1000 * CalibrationStatement.ExpectedRate(was):0.#} -> ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{1000 * CalibrationStatement.ExpectedRate(after):0.#} good parts rejected, "
                + $"at most {1000 * bound:0.#} with {100 * after.Confidence:0.##} % confidence"));
    }

    private static void WriteDefects(RecalibrationReport report, TextWriter output)
    {
        var after = report.After;
        var rejected = after.Scores.Count(score => score > after.Threshold);
        var interval = ProportionInterval.Of(rejected, after.Scores.Length, after.Confidence);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"defects       {report.Defects.Count(s => s > report.Before.Threshold)} -> ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{report.Defects.Count(s => s > after.Threshold)} of {report.Defects.Count} found, which rejects "
                + $"{rejected} of {after.Scores.Length} good frames: {(double)rejected / after.Scores.Length:P1} "
                + $"({interval.Low:P1} to {interval.High:P1} with {100 * after.Confidence:0.##} % confidence)"));
    }

    private static string Source(RecalibrationReport report, RecalibrationOptions options) =>
        options.GoodDirectory is not { } folder ? "scores that the bundle keeps"
        : report.KnownFrames == 0 ? folder
        : $"{folder}; {report.KnownFrames} are in the bank, and were scored without their own patches";

    private static string Text(float? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "none";
}
