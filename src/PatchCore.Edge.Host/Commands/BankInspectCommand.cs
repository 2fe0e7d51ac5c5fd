using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Host.Reports;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>bank inspect</c>: what a memory bank holds and where it comes from.</summary>
internal static class BankInspectCommand
{
    private const int MostRows = 5;

    public static Command Create()
    {
        var bundle = new Argument<DirectoryInfo>("BUNDLE") { Description = "Model bundle" };
        var html = new Option<string?>("--html")
        {
            Description = "Write one HTML page to this file, with pictures of patches that the bank is near to, far "
                + "from, and that are alone in it",
        };
        var good = new Option<DirectoryInfo?>("--good")
        {
            Description = "Folder where the images of good parts are now, known by their content; where they were if "
                + "missing",
        };
        var pictures = new Option<int>("--pictures")
        {
            Description = "Pictures of each kind",
            DefaultValueFactory = _ => 12,
        };
        var providers = new ProviderOptions();
        var command = new Command("inspect", "Show what a memory bank holds and which images it comes from")
        {
            bundle, html, good, pictures,
        };
        providers.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;

        int Run(ParseResult parsed, CancellationToken stop)
        {
            if (parsed.GetValue(pictures) < 1)
                throw new UsageException($"--pictures found {parsed.GetValue(pictures)}, expected 1 or more");
            using var page = parsed.GetValue(html) is { } file ? OutputFile.Open("--html", file) : null;
            var options = new BankInspectionOptions
            {
                BundleDirectory = parsed.GetValue(bundle)!.FullName,
                GoodDirectory = parsed.GetValue(good)?.FullName,
                Patches = page is null ? 0 : parsed.GetValue(pictures),
                Execution = providers.Read(parsed),
            };
            var output = parsed.InvocationConfiguration.Output;
            var report = TrainingDisplay.Show(progress => BankInspection.Run(options, progress, stop), output);
            Print(report, output);
            if (page is not null)
            {
                BankPage.Write(page.Stream, report, TimeProvider.System.GetUtcNow());
                page.Keep();
            }

            return ExitCode.Ok;
        }
    }

    private static void Print(BankInspectionReport report, TextWriter output)
    {
        var (coreset, index) = (report.Bundle.Manifest.Coreset, report.Bundle.Manifest.Index);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            bundle        {report.Bundle.Manifest.Id}
            memory bank   {index.Count} vectors of {index.Dimension} values, {index.Kind}
            selected from {coreset.Patches} patches of {coreset.Frames} good frames, ratio {coreset.Ratio}
            coverage      no good patch is farther than {coreset.CoverageRadius:G5}
            """));
        if (report.Frames.Count > 0)
        {
            var frames = report.Frames.OrderByDescending(frame => frame.Vectors).ToArray();
            var all = frames.Length <= 2 * MostRows;
            output.WriteLine();
            var table = new TextTable("vectors", "frame");
            foreach (var frame in all ? frames : frames[..MostRows])
                table.Add(frame.Vectors, frame.File);
            if (!all)
                table.Add("", $"… {frames.Length - (2 * MostRows)} more …");
            foreach (var frame in all ? [] : frames[^MostRows..])
                table.Add(frame.Vectors, frame.File);
            table.Write(output);
        }

        foreach (var note in report.Notes())
            output.WriteLine(note);
        foreach (var frame in report.Frames.Where(frame => frame.Found is null))
            output.WriteLine($"missing: {frame.File}");
    }
}
