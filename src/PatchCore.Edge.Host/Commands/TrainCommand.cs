using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Scores;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>train</c>: a folder of good images to a model bundle.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var good = new Option<DirectoryInfo>("--good")
        {
            Description = "Folder of images of good parts",
            Required = true,
        };
        var bundle = new Option<DirectoryInfo>("--out")
        {
            Description = "Model bundle to write; one that is there is kept in NAME.versions",
            Required = true,
        };
        var size = new Option<string>("--size")
        {
            Description = "Image size for the backbone: 224, or 320x240",
            DefaultValueFactory = _ => "224",
        };
        var recipe = new Option<FileInfo?>("--recipe")
        {
            Description = "JSON file of what the line asks of its frames: region, tiling, alignment, augmentation, … "
                + "(config/README.md)",
        };
        var ratio = new Option<double>("--coreset-ratio")
        {
            Description = "Share of the patches that the memory bank keeps",
            DefaultValueFactory = _ => 0.1,
        };
        var bankMax = new Option<int>("--bank-max")
        {
            Description = "Most vectors of the memory bank, whatever the ratio; 0 for no limit",
            DefaultValueFactory = _ => 16_384,
        };
        var bankLatency = new Option<double>("--bank-latency")
        {
            Description = "Milliseconds that searching the bank for a frame may take on this machine; 0 for no limit",
        };
        var projection = new Option<int>("--projection")
        {
            Description = "Select the coreset by random projections to so many dimensions; 0 for none",
        };
        var memory = new Option<int>("--memory")
        {
            Description = "MiB for embeddings; where they do not fit, groups of images are reduced as they come",
            DefaultValueFactory = _ => 1024,
        };
        var seed = new Option<int>("--seed") { Description = "Chooses the first center of the coreset" };
        var usual = TrainingOptions.DefaultScoring;
        var reweighting = new Option<Reweighting?>("--reweighting")
        {
            Description = $"Formula of the image score (default {usual.Reweighting})",
        };
        var neighbors = new Option<int?>("--neighbors")
        {
            Description = $"Neighbors of the worst patch that reweighting looks at (default {usual.Neighbors})",
        };
        var sigma = new Option<double?>("--sigma")
        {
            Description = $"Smoothing of the anomaly map, pixels (default {usual.Sigma})",
        };
        var upsampling = new Option<MapUpsampling?>("--upsampling")
        {
            Description = $"How patch scores become a map (default {usual.Upsampling})",
        };
        var rate = new RateOptions();
        var frames = new Option<int?>("--calibration-frames")
        {
            Description = "Good frames that the threshold is set from (default 200, or all for a false-reject rate)",
        };
        var unreadable = new Option<double>("--max-unreadable")
        {
            Description = "Share of unreadable images past which training stops",
            DefaultValueFactory = _ => 0.1,
        };
        var maps = new PatchMapOptions();
        var backbones = new BackboneOptions();
        var providers = new ProviderOptions();
        var command = new Command("train", "Learn from images of good parts and write a model bundle")
        {
            good, bundle, recipe, size, ratio, bankMax, bankLatency, projection, memory, seed,
            reweighting, neighbors, sigma, upsampling, frames, unreadable,
        };
        maps.AddTo(command);
        rate.AddTo(command);
        backbones.AddTo(command);
        providers.AddTo(command);
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;

        int Run(ParseResult parsed, CancellationToken stop)
        {
            var (width, height) = ParseSize(parsed.GetValue(size)!);
            var members = backbones.Read(parsed);
            var line = parsed.GetValue(recipe) is { } file ? RecipeFile.Read(file.FullName) : new Recipe();
            var options = new TrainingOptions
            {
                GoodDirectory = parsed.GetValue(good)!.FullName,
                BundleDirectory = parsed.GetValue(bundle)!.FullName,
                BackbonePath = members[0].BackbonePath,
                Layers = members[0].Layers,
                Scale = members[0].Scale,
                Others = [.. members.Skip(1)],
                Recipe = line,
                Width = width,
                Height = height,
                PatchMap = maps.Read(parsed),
                CoresetRatio = parsed.GetValue(ratio),
                BankMax = parsed.GetValue(bankMax),
                BankLatencyMs = parsed.GetValue(bankLatency),
                Projection = parsed.GetValue(projection),
                MemoryMegabytes = parsed.GetValue(memory),
                Seed = parsed.GetValue(seed),
                Scoring = new ScoringRecipe
                {
                    Reweighting = parsed.GetValue(reweighting) ?? line.Scoring.Reweighting,
                    Neighbors = parsed.GetValue(neighbors) ?? line.Scoring.Neighbors,
                    Sigma = parsed.GetValue(sigma) ?? line.Scoring.Sigma,
                    Upsampling = parsed.GetValue(upsampling) ?? line.Scoring.Upsampling,
                }.Over(usual),
                Calibration = rate.Read(
                    parsed, line.Calibration with { Frames = parsed.GetValue(frames) ?? line.Calibration.Frames }),
                UnreadableLimit = parsed.GetValue(unreadable),
                Execution = providers.Read(parsed),
            };
            var output = parsed.InvocationConfiguration.Output;
            TrainingSummary.Print(
                TrainingDisplay.Show(progress => Training.Run(options, progress, stop), output), output);
            return ExitCode.Ok;
        }
    }

    internal static string[] SplitNames(string? names) =>
        names?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <exception cref="UsageException">Neither N nor WxH.</exception>
    internal static (int Width, int Height) ParseSize(string text)
    {
        var parts = text.Split('x');
        if (parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var height))
        {
            return (width, height);
        }
        throw new UsageException($"--size found '{text}', expected a number like 224, or width x height like 320x240");
    }
}
