using System.Globalization;
using PatchCore.Edge.Host.Benches;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Displays;

/// <summary>Tells people what <c>bench pipeline</c> measured.</summary>
internal static class PipelineBenchDisplay
{
    public static void Write(
        PipelineBenchReport report, InspectionModel model, NativeImage picture, TextWriter output)
    {
        var (session, manifest) = (model.Session, model.Bundle.Manifest);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Cameras} camera(s), frames of {picture.Width}x{picture.Height}, image {session.Width}"
                + $"x{session.Height}, bank of {manifest.Index.Count}x{manifest.Index.Dimension}, "
                + $"{session.Provider}, at most {session.Batch} image(s) a run, {Environment.ProcessorCount} cores"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Frames} frames in {report.Seconds:F1} s: {report.FramesPerSecond:F1} frames/s, "
                + $"{report.Dropped} dropped; {report.Passed} PASS, {report.Failed} FAIL, {report.Errors} ERROR"));
        output.WriteLine();
        var table = new TextTable("stage, ms", "frames", "mean", "p50", "p95", "p99");
        foreach (var stage in report.Stages)
        {
            table.Add(
                stage.Stage, stage.Count, Ms(stage.MeanMs), Ms(stage.P50Ms), Ms(stage.P95Ms), Ms(stage.P99Ms));
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"work besides embedding and search: {report.Overhead:P1}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"allocated: {report.AllocatedBytesPerFrame:F1} bytes/frame; collections: "
                + $"gen0 {report.Collections[0]}, gen1 {report.Collections[1]}, gen2 {report.Collections[2]}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"resident: {report.ResidentBeforeMiB:F1} MiB after warm-up, {report.ResidentAfterMiB:F1} MiB at the end"));

        static string Ms(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
    }
}
