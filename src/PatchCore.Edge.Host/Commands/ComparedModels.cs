using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Displays;

namespace PatchCore.Edge.Host.Commands;

/// <summary>The options that name what a bundle is compared with.</summary>
internal sealed class ComparedModels
{
    /// <summary>In place of a bundle: the baseline, trained on the way.</summary>
    private const string Spade = "spade";

    private readonly Option<string[]> _compare = new("--compare")
    {
        Description = "Evaluate these model bundles too, side by side; 'spade' trains a baseline that keeps "
            + "every patch (slow: its bank is large)",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<DirectoryInfo?> _good = new("--good")
    {
        Description = "Images of good parts that 'spade' learns from (default DATASET/train/good)",
    };

    private readonly Option<FileInfo?> _backbone = new("--backbone")
    {
        Description = "Backbone of 'spade', that of the bundle (default: the MobileNetV2 beside the program)",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_compare);
        command.Options.Add(_good);
        command.Options.Add(_backbone);
    }

    /// <summary>What is named, checked as far as can be without running anything.</summary>
    /// <exception cref="UsageException">The baseline has nothing to be trained from.</exception>
    /// <exception cref="BundleException">One is no bundle.</exception>
    /// <exception cref="BackboneException">The backbone has not the stages of the baseline.</exception>
    public IReadOnlyList<ComparedModel> Check(ParseResult parsed, string bundle, string dataset)
    {
        var names = new HashSet<string> { NameOf(bundle) };
        return [.. (parsed.GetValue(_compare) ?? []).Select(Check)];

        ComparedModel Check(string value)
        {
            if (value == Spade)
                return CheckSpade(parsed, Bundle.Open(bundle).Manifest, dataset);
            Bundle.Open(value);
            var name = NameOf(value);
            return new ComparedModel(names.Add(name) ? name : value, value);
        }
    }

    private ComparedModel CheckSpade(ParseResult parsed, Manifest manifest, string dataset)
    {
        var good = parsed.GetValue(_good)?.FullName ?? Path.Combine(dataset, "train", "good");
        if (!Directory.Exists(good))
        {
            throw new UsageException(
                $"--compare spade found no folder {good} to learn from; name one with --good");
        }
        var backbone = parsed.GetValue(_backbone)?.FullName ?? BackboneOptions.DefaultBackbone;
        if (!File.Exists(backbone))
            throw new UsageException($"--compare spade found no backbone {backbone}; name one with --backbone");
        using var stream = File.OpenRead(backbone);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (hash != manifest.Backbone.Sha256)
        {
            throw new UsageException(
                $"--compare spade found the backbone {backbone} with sha256 {hash}, expected that of the bundle, "
                + $"{manifest.Backbone.Name} with sha256 {manifest.Backbone.Sha256}; name it with --backbone");
        }
        return new ComparedModel(Spade, null)
        {
            Training = SpadeBaseline.Options(new TrainingOptions
            {
                GoodDirectory = good,
                BundleDirectory = "",
                BackbonePath = backbone,
                Width = manifest.Preprocessing.Width,
                Height = manifest.Preprocessing.Height,
            }),
        };
    }

    private static string NameOf(string bundle) => Path.GetFileName(Path.TrimEndingDirectorySeparator(bundle));
}

/// <summary>A bundle to compare with, or the baseline that has yet to be trained.</summary>
internal sealed record ComparedModel(string Name, string? Bundle)
{
    public TrainingOptions? Training { get; init; }

    /// <summary>Trains it if need be.</summary>
    /// <param name="execution">Where the backbone runs.</param>
    /// <param name="log">Told how long it will take and has taken.</param>
    /// <param name="stop">Ends the training.</param>
    public PreparedModel Prepare(ExecutionOptions execution, TextWriter log, CancellationToken stop)
    {
        if (Training is null)
            return new PreparedModel(Name, Bundle!, [], null);
        var folder = Directory.CreateTempSubdirectory("patchcore-compare-");
        try
        {
            log.WriteLine($"training {Name} on {Training.GoodDirectory}: it keeps every patch, and takes memory and "
                + "time accordingly");
            var options = Training with
            {
                BundleDirectory = Path.Combine(folder.FullName, Name),
                Execution = execution,
            };
            using var counter = new Progress();
            var report = PatchCore.Edge.Training.Run(options, counter, stop);
            var note = string.Create(CultureInfo.InvariantCulture,
                $"{Name} was trained for this evaluation on {report.Frames} good pictures in ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"{report.Duration.TotalSeconds:F0} s, and keeps {report.BankCount} of {report.Patches} patches");
            log.WriteLine(note);
            return new PreparedModel(Name, options.BundleDirectory, [note], folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    private sealed class Progress : ITrainingProgress, IDisposable
    {
        private readonly CounterLine _line = new("training");

        public void Report(string stage, long done, long total) => _line.Report((int)done, (int)total);

        public void Dispose() => _line.Dispose();
    }
}

/// <summary>A bundle on disk; one that was made for the comparison goes with it.</summary>
internal sealed record PreparedModel(string Name, string Directory, IReadOnlyList<string> Notes, DirectoryInfo? Made)
    : IDisposable
{
    public void Dispose() => Made?.Delete(recursive: true);
}
