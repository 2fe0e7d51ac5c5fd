using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Host.Displays;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>bundle list</c> and <c>bundle rollback</c>: the versions of a bundle, and back to one of them.</summary>
internal static class BundleVersionCommands
{
    public static Command CreateList()
    {
        var directory = new Argument<DirectoryInfo>("BUNDLE")
        {
            Description = "Model bundle, or a folder that has some in it",
        };
        var command = new Command("list", "Show model bundles with the versions kept of each; all files are checked")
        {
            directory,
        };
        command.SetAction(parsed =>
        {
            var path = Path.TrimEndingDirectorySeparator(parsed.GetValue(directory)!.FullName);
            string[] bundles = IsBundle(path) ? [path] : BundlesIn(path);
            var table = new TextTable(
                "bundle", "", "id", "created", "made by", "frames", "bank", "threshold", "MB", "state");
            var damaged = bundles.Sum(bundle => Add(table, bundle));
            table.Write(parsed.InvocationConfiguration.Output);
            return damaged == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    public static Command CreateRollback()
    {
        var directory = new Argument<DirectoryInfo>("BUNDLE") { Description = "Model bundle" };
        var to = new Option<string?>("--to")
        {
            Description = "Id of the version, as bundle list shows it; the one before if missing",
        };
        var filesOnly = new Option<bool>("--files-only")
        {
            Description = "Check the version's files, not the scores of its golden images",
        };
        var providers = new ProviderOptions();
        var command = new Command(
            "rollback", "Put a kept version of a model bundle back in its place; what is there is kept as a version")
        {
            directory, to, filesOnly,
        };
        providers.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(directory)!.FullName;
            var execution = providers.Read(parsed);
            var version = parsed.GetValue(to) is { } id
                ? BundleRollback.Find(path, id)
                : BundleRollback.Previous(path);
            var bundle = BundleRollback.To(path, version, kept =>
            {
                if (!parsed.GetValue(filesOnly))
                    InspectionModel.Load(kept.Directory, execution).Dispose();
            });
            var manifest = bundle.Manifest;
            parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"in place is {manifest.Id} of {manifest.CreatedAt:u}, {manifest.Index.Count} vectors, "
                + $"threshold {manifest.Calibration.Threshold:G5}; a running service goes on with the one it has "
                + $"loaded until it is restarted"));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <returns>How many are damaged.</returns>
    private static int Add(TextTable table, string bundle)
    {
        var name = Path.GetFileName(bundle);
        var damaged = AddRow(table, name, "in place", bundle, Path.GetFileName(bundle));
        foreach (var version in BundleVersions.Of(bundle))
            damaged += AddRow(table, name, "kept", version.Directory, version.Id);
        return damaged;
    }

    private static int AddRow(TextTable table, string name, string where, string directory, string id)
    {
        try
        {
            var bundle = Bundle.Open(directory);
            var m = bundle.Manifest;
            var bytes = new DirectoryInfo(bundle.Directory).EnumerateFiles("*", SearchOption.AllDirectories)
                .Sum(file => file.Length);
            table.Add(
                name, where, m.Id, $"{m.CreatedAt:u}", m.Provenance.LastOrDefault()?.Operation ?? "-",
                m.Coreset.Frames, m.Index.Count, $"{m.Calibration.Threshold:G5}", $"{bytes / 1e6:F1}", "whole");
            return 0;
        }
        catch (BundleException e)
        {
            table.Add(name, where, where == "kept" ? id : "-", "-", "-", "-", "-", "-", "-", $"damaged: {e.Reason}");
            return 1;
        }
    }

    private static string[] BundlesIn(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UsageException($"found no folder {folder}");
        string[] bundles = [.. Directory.GetDirectories(folder).Where(IsBundle).Order(StringComparer.Ordinal)];
        return bundles.Length > 0 ? bundles : throw new UsageException($"found no model bundle in {folder}");
    }

    // One that lost its manifest, or its place to a writer that died, still has its versions.
    private static bool IsBundle(string path) =>
        File.Exists(Path.Combine(path, "manifest.json")) || Directory.Exists(path + ".versions");
}
