using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Benches;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>bench</c>: how fast a bundle is on this machine.</summary>
internal static class BenchCommand
{
    /// <summary>Different parts in memory, so that no cache knows the next frame.</summary>
    private const int Pictures = 32;

    public static Command Create() => new("bench", "Measure on this machine") { CreateEmbed(), CreatePipeline() };

    private static Command CreateEmbed()
    {
        var bundle = new Option<DirectoryInfo>("--bundle") { Description = "Model bundle", Required = true };
        var runs = new Option<int>("--runs") { Description = "Runs of each", DefaultValueFactory = _ => 200 };
        var providers = new ProviderOptions();
        var command = new Command("embed", "The bare run of the graph, by images a run") { bundle, runs };
        providers.AddTo(command);
        command.SetAction(parsed =>
        {
            using var model = InspectionModel.Load(parsed.GetValue(bundle)!.FullName, providers.Read(parsed));
            var table = new TextTable("images a run", "ms an image", "ratio");
            foreach (var time in EmbedBench.Run(model.Session, [1, 2, 4, 8], Positive("--runs", parsed.GetValue(runs))))
            {
                table.Add(
                    time.Batch, time.MsPerImage.ToString("F2", CultureInfo.InvariantCulture),
                    time.Ratio.ToString("F2", CultureInfo.InvariantCulture));
            }

            table.Write(parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreatePipeline()
    {
        var bundle = new Option<DirectoryInfo>("--bundle") { Description = "Model bundle", Required = true };
        var pictures = new Option<DirectoryInfo?>("--pictures")
        {
            Description = "Frames to inspect, read into memory first (default: parts of the simulated line)",
        };
        var cameras = new Option<int>("--cameras")
        {
            Description = "Cameras at a time",
            DefaultValueFactory = _ => 1,
        };
        var frames = new Option<long>("--frames")
        {
            Description = "Frames of each camera",
            DefaultValueFactory = _ => 1000,
        };
        var rate = new Option<double?>("--fps")
        {
            Description = "Frames a second of each camera, of which the newest wins "
                + "(default: as fast as they are inspected, every frame)",
        };
        var workers = new Option<int>("--workers")
        {
            Description = "Frames inspected at the same time",
            DefaultValueFactory = _ => 1,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Images of the workers in one run of the network at most; 0 measures whether that pays",
            DefaultValueFactory = _ => 1,
        };
        var heatmaps = new Option<HeatmapWhen>("--heatmaps")
        {
            Description = "Which frames get one",
            DefaultValueFactory = _ => HeatmapWhen.Fail,
        };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table" };
        var providers = new ProviderOptions();
        var command = new Command(
            "pipeline", "From frames in memory to messages, with everything that a station does in between")
        {
            bundle, pictures, cameras, frames, rate, workers, batch, heatmaps, json,
        };
        providers.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = new PipelineBenchOptions
            {
                Cameras = Positive("--cameras", parsed.GetValue(cameras)),
                Frames = Positive("--frames", parsed.GetValue(frames)),
                FramesPerSecond = parsed.GetValue(rate) is { } fps ? Positive("--fps", fps) : null,
                Workers = Positive("--workers", parsed.GetValue(workers)),
                Heatmap = parsed.GetValue(heatmaps),
            };
            var most = parsed.GetValue(batch);
            using var model = InspectionModel.Load(
                parsed.GetValue(bundle)!.FullName, providers.Read(parsed) with { Batch = most == 0 ? null : most });
            var images = Load(parsed.GetValue(pictures));
            try
            {
                var report = PipelineBench.Run(model, images, options);
                var output = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(json))
                    output.WriteLine(JsonSerializer.Serialize(report, BenchJson.Default.PipelineBenchReport));
                else
                    PipelineBenchDisplay.Write(report, model, images[0], output);
                return ExitCode.Ok;
            }
            finally
            {
                images.ForEach(image => image.Dispose());
            }
        });
        return command;
    }

    private static List<NativeImage> Load(DirectoryInfo? folder) => folder is null
        ? [.. Enumerable.Range(0, Pictures).Select(Render)]
        : [.. InspectCommand.List([folder.FullName]).Take(Pictures).Select(NativeImage.Read)];

    private static NativeImage Render(int index)
    {
        var options = new SimulatedLineOptions();
        var image = NativeImage.Create(options.Width, options.Height, PixelFormat.Bgr24);
        SimulatedPart.Describe(options, index).Render(image);
        return image;
    }

    private static T Positive<T>(string option, T value)
        where T : System.Numerics.INumber<T> =>
        value > T.Zero ? value : throw new UsageException($"{option} is {value}, expected more than 0");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PipelineBenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
