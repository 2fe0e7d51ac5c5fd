using System.CommandLine;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>inspect</c>: verdicts on image files.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Images, or folders of images", Arity = ArgumentArity.OneOrMore };
        var bundle = new Option<DirectoryInfo>("--bundle") { Description = "Model bundle", Required = true };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table" };
        var heatmaps = new Option<DirectoryInfo?>("--heatmaps") { Description = "Folder for pictures of the anomaly maps" };
        var threshold = new Option<float?>("--threshold") { Description = "Instead of the bundle's threshold" };
        var providers = new ProviderOptions();
        var command = new Command("inspect", "Inspect images; exits with 1 when one of them cannot be inspected") { paths, bundle, json, heatmaps, threshold };
        providers.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;

        int Run(ParseResult parsed, CancellationToken stop)
        {
            var files = InspectedImage.List(parsed.GetValue(paths)!);
            using var model = InspectionModel.Load(parsed.GetValue(bundle)!.FullName, providers.Read(parsed));
            using var inspector = model.CreateInspector();
            inspector.Threshold = parsed.GetValue(threshold) ?? inspector.Threshold;
            using var pictures = parsed.GetValue(heatmaps) is { } folder ? new HeatmapFolder(folder.FullName, model.Bundle.Manifest) : null;
            using var image = NativeImage.Empty();
            var inspected = new List<InspectedImage>(files.Count);
            foreach (var file in files)
            {
                stop.ThrowIfCancellationRequested();
                inspected.Add(Inspect(file, inspector, image, pictures));
            }

            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                InspectionDisplay.WriteJson(inspected, inspector.Threshold, model, output);
            else
                InspectionDisplay.WriteTable(inspected, inspector.Threshold, output);
            return inspected.Any(i => i.Verdict == Verdict.Error) ? ExitCode.Failed : ExitCode.Ok;
        }
    }

    private static InspectedImage Inspect(string file, Inspector inspector, NativeImage image, HeatmapFolder? pictures)
    {
        try
        {
            image.ReadInto(file);
            var inspection = inspector.Inspect(image);
            var picture = pictures?.Save(file, image, inspector);
            return new InspectedImage(file, inspection.Verdict, inspection.Score.Score, inspection.Score.MaxDistance,
                inspection.Times.Total, null, picture);
        }
        catch (NativeException error)
        {
            return new InspectedImage(file, Verdict.Error, null, null, default, error.Message, null);
        }
    }
}
