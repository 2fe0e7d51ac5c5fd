using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PatchCore.Edge.Host.Displays;

namespace PatchCore.Edge.Host.Commands;

/// <summary>
/// <c>bank add</c>: more good frames for a memory bank that is there already; and the command beside it.
/// </summary>
internal static class BankCommand
{
    public const string Name = "bank";
    public const string Add = "add";
    public const string Json = "--json";

    public static Command Create() => new(Name, "Memory banks of model bundles")
    {
        CreateAdd(), BankInspectCommand.Create(),
    };

    private static Command CreateAdd()
    {
        var bundle = new Argument<DirectoryInfo>("BUNDLE")
        {
            Description = "Model bundle; the one that it was is kept in NAME.versions",
        };
        var good = new Option<DirectoryInfo>("--good")
        {
            Description = "Folder of images of good parts; those that the bank has already are skipped",
            Required = true,
        };
        var most = new Option<int?>("--max")
        {
            Description = "Most vectors of the bank in all; as many as the bundle's ratio gives for the new images "
                + "if neither this nor a cap of the bundle is set",
        };
        var unreadable = new Option<double>("--max-unreadable")
        {
            Description = "Share of images that cannot be used past which nothing is added",
            DefaultValueFactory = _ => 0.1,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would come of it; write nothing" };
        var json = new Option<bool>(Json) { Description = "Write what came of it as JSON, and nothing else" };
        var providers = new ProviderOptions();
        var command = new Command(
            Add, "Learn more good parts without training again; the threshold is set anew")
        {
            bundle, good, most, unreadable, dryRun, json,
        };
        providers.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var options = new BankUpdateOptions
            {
                BundleDirectory = parsed.GetValue(bundle)!.FullName,
                GoodDirectory = parsed.GetValue(good)!.FullName,
                MostVectors = parsed.GetValue(most),
                UnreadableLimit = parsed.GetValue(unreadable),
                DryRun = parsed.GetValue(dryRun),
                Execution = providers.Read(parsed),
            };
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                var silent = new LineDisplay(TextWriter.Null, Stopwatch.GetTimestamp);
                output.WriteLine(JsonSerializer.Serialize(BankUpdate.Run(options, silent, stop)));
                return Task.FromResult(ExitCode.Ok);
            }

            Print(
                TrainingDisplay.Show(progress => BankUpdate.Run(options, progress, stop), output), options, output);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static void Print(BankUpdateReport report, BankUpdateOptions options, TextWriter output)
    {
        foreach (var image in report.Unreadable)
            output.WriteLine($"unreadable: {image.Path}: {image.Reason}");
        foreach (var file in report.Known)
            output.WriteLine($"in the bank already: {file}");
        if (report.Frames == 0)
        {
            output.WriteLine("nothing to add: the bundle stays as it is");
            return;
        }

        var (was, now) = (report.Before, report.After);
        var old = report.Rescored > 0
            ? $"{report.Rescored} old frames scored anew"
            : "the recorded scores of the old frames, which can only have fallen";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            added         {report.Frames} good frames, {report.Patches} patches
            memory bank   {was.Vectors} → {now.Vectors} vectors
            coverage      {was.CoverageRadius:G5} → {now.CoverageRadius:G5}
            threshold     {was.Threshold:G5} → {now.Threshold:G5}, from the added frames and {old}
            false alarms  {was.FalseAlarms} → {now.FalseAlarms} of the added frames
            took          {report.Duration.TotalSeconds:F1} s
            """));
        if (now.FalseAlarms > 0)
        {
            output.WriteLine(
                $"the bank may have no more than {now.Vectors} vectors; a larger --max has room for what still fails");
        }

        output.WriteLine(report.BundleId is { } id
            ? $"bundle        {options.BundleDirectory} ({id}); a running service goes on with the one it has loaded"
            : "dry run: nothing was written");
    }
}
