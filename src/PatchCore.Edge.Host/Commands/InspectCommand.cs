using System.CommandLine;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>inspect</c>: verdicts on image files.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Images, or folders of images",
            Arity = ArgumentArity.OneOrMore,
        };
        var bundle = new Option<DirectoryInfo>("--bundle") { Description = "Model bundle", Required = true };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table" };
        var heatmaps = new Option<DirectoryInfo?>("--heatmaps")
        {
            Description = "Folder for pictures of the anomaly maps",
        };
        var threshold = new Option<float?>("--threshold") { Description = "Instead of the bundle's threshold" };
        var providers = new ProviderOptions();
        var command = new Command("inspect", "Inspect images; exits with 1 when one of them cannot be inspected")
        {
            paths, bundle, json, heatmaps, threshold,
        };
        providers.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;

        int Run(ParseResult parsed, CancellationToken stop)
        {
            var files = List(parsed.GetValue(paths)!);
            using var model = InspectionModel.Load(parsed.GetValue(bundle)!.FullName, providers.Read(parsed));
            using var inspector = model.CreateInspector();
            inspector.Threshold = parsed.GetValue(threshold) ?? inspector.Threshold;
            using var pictures = parsed.GetValue(heatmaps) is { } folder
                ? new HeatmapFolder(folder.FullName, model.Bundle.Manifest)
                : null;
            using var image = NativeImage.Empty();
            var inspected = new List<InspectedImage>(files.Count);
            using var counter = new CounterLine("inspected");
            foreach (var file in files)
            {
                stop.ThrowIfCancellationRequested();
                inspected.Add(Inspect(file, inspector, image, pictures));
                counter.Report(inspected.Count, files.Count);
            }
            counter.Dispose();

            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                InspectionDisplay.WriteJson(inspected, inspector.Threshold, model, output);
            else
                InspectionDisplay.WriteTable(inspected, inspector.Threshold, output);
            return inspected.Any(i => i.Verdict == Verdict.Error) ? ExitCode.Failed : ExitCode.Ok;
        }
    }

    /// <summary>The named files, and of the named folders the images directly in them, as they were named.</summary>
    /// <exception cref="UsageException">A path is not there, or a folder holds no images.</exception>
    internal static IReadOnlyList<string> List(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
                continue;
            }
            if (!Directory.Exists(path))
                throw new UsageException($"found no file or folder {path}");
            var found = ImageFolder.List(path);
            if (found.Length == 0)
                throw new UsageException($"found no images directly in the folder {path}");
            files.AddRange(found.Select(file => Path.Combine(path, Path.GetFileName(file))));
        }
        return files;
    }

    private static InspectedImage Inspect(string file, Inspector inspector, NativeImage image, HeatmapFolder? pictures)
    {
        try
        {
            image.ReadInto(file);
            var inspection = inspector.Inspect(image);
            var picture = inspection.Reason is null ? pictures?.Save(file, image, inspector) : null;
            return inspection.Reason is { } reason
                ? new InspectedImage(file, Verdict.Error, null, null, inspection.Times.Total, reason, null)
                : new InspectedImage(file, inspection.Verdict, inspection.Score.Score, inspection.Score.MaxDistance,
                    inspection.Times.Total, null, picture)
                { Defects = Copy(inspector.Regions()) };
        }
        catch (Exception error) when (error is NativeException or EmbeddingException)
        {
            return new InspectedImage(file, Verdict.Error, null, null, default, error.Message, null);
        }
    }

    private static DefectRegions Copy(DefectRegions regions) => regions with { Largest = regions.Largest.ToArray() };
}
