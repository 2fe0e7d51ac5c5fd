using System.Diagnostics;
using System.Globalization;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Displays;

/// <summary>What a training came to, a line each.</summary>
internal static class TrainingSummary
{
    public static void Print(TrainingReport report, TextWriter output)
    {
        foreach (var image in report.Unreadable)
            output.WriteLine($"unreadable: {image.Path}: {image.Reason}");
        var unreadable = report.Unreadable.Count > 0 ? $" ({report.Unreadable.Count} unreadable)" : "";
        var copies = report.Copies > 0 ? $", {report.Copies} varied copies of each" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            good frames   {report.Frames}{unreadable}{copies}
            memory bank   {report.BankCount} of {report.Patches} patches, {report.Dimension} dimensions{Search(report)}
            coverage      {Coverage(report.Coreset)}
            threshold     {report.Calibration.Threshold:G5} ({report.Calibration.Method})
            took          {report.Duration.TotalSeconds:F1} s
            peak memory   {PeakMegabytes()} MiB
            bundle        {report.BundleDirectory} ({report.BundleId})
            """));
        if (report.Sizes.Count > 1)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"note: the good frames have {report.Sizes.Count} sizes, from {Text(report.Sizes.MinBy(Area)!)} to "
                + $"{Text(report.Sizes.MaxBy(Area)!)}; each was stretched, and frames of any size will be inspected"));
        }

        if (report.Frames < TrainingOptions.FewFrames && report.Copies == 0)
        {
            output.WriteLine(
                $"hint: {report.Frames} good frames are few; the section 'augmentation' of a recipe adds varied copies "
                + "of them (config/README.md)");
        }

        foreach (var sentence in CalibrationStatement.Of(report.Calibration))
            output.WriteLine($"note: {sentence}");
    }

    private static long Area(FrameSizeInfo size) => (long)size.Width * size.Height;

    private static string Text(FrameSizeInfo size) =>
        string.Create(CultureInfo.InvariantCulture, $"{size.Width}x{size.Height}");

    private static string Search(TrainingReport report) => report.Coreset.BankLatency is not { } latency ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $", searched in {latency.MeasuredMs:F1} of {latency.BudgetMs} ms for {latency.Queries} patches");

    private static string Coverage(CoresetInfo coreset)
    {
        var radius = coreset.CoverageRadius.ToString("G5", CultureInfo.InvariantCulture);
        return coreset.Levels == 1
            ? $"no patch is farther than {radius} from the bank"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"""
                no patch is farther than {radius} from the bank: {coreset.LevelRadii[0]:G5} + {coreset.LevelRadii[1]:G5} in two levels, by way of {coreset.Kept} patches
                """);
    }

    // VmHWM of /proc/self/status: the most that was resident at any time, as the system counts it.
    private static long PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
