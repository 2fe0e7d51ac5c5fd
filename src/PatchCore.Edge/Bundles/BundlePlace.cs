namespace PatchCore.Edge.Bundles;

/// <summary>
/// Where a bundle belongs, held against other writers. Bundles are renamed into it and out of it, never copied: at any
/// instant each of them is whole somewhere, and <see cref="Recover"/> puts back what a writer that died left behind.
/// </summary>
internal sealed class BundlePlace : IDisposable
{
    private readonly FileStream _held;

    private BundlePlace(string target, FileStream held)
    {
        Target = target;
        _held = held;
    }

    /// <summary>The bundle's directory.</summary>
    public string Target { get; }

    /// <summary>Where a new bundle is prepared; gone when the place is let go.</summary>
    public string Staging => BundleNames.Staging(Target);

    private string Replaced => BundleNames.Replaced(Target);

    private string Dropped => BundleNames.Dropped(Target);

    /// <exception cref="BundleException">Another writer holds it, or nothing can be written there.</exception>
    public static BundlePlace Hold(string directory)
    {
        var target = BundleNames.Normalize(directory);
        var versions = Path.GetDirectoryName(target);
        if (versions is not null && BundleNames.IsOfVersions(versions))
        {
            throw new BundleException(
                target,
                $"is in {Path.GetFileName(versions)}, where older versions are kept; expected the bundle they are of");
        }

        // The kernel drops the lock with the process, however it ends.
        var path = BundleNames.Lock(target);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new BundlePlace(target, new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(
                target, $"cannot be written, or is being written by another process: {e.Message}", e);
        }
    }

    /// <summary>
    /// Finishes or undoes what a writer that died had begun, and refuses a place that holds something else.
    /// </summary>
    public void Recover()
    {
        if (Directory.Exists(Replaced) && !Path.Exists(Target))
            Directory.Move(Replaced, Target);
        Refuse(Target);
        Keep();
        DeleteIfThere(Dropped);
        DeleteIfThere(Staging);
    }

    /// <summary>
    /// Has a prepared bundle, or a kept version, take the place; the one that was there is kept as a version.
    /// </summary>
    public void Replace(string by)
    {
        var parent = Path.GetDirectoryName(Target)!;
        if (!Directory.Exists(Target))
        {
            Directory.Move(by, Target);
            Durability.FlushDirectory(parent);
            return;
        }

        Directory.Move(Target, Replaced);
        try
        {
            Directory.Move(by, Target);
        }
        catch
        {
            Directory.Move(Replaced, Target);
            throw;
        }

        // Only when the new one is sure to be found after a power cut may the old one leave where Recover looks.
        Durability.FlushDirectory(parent);
        Keep();
    }

    public void Dispose()
    {
        using (_held)
            DeleteIfThere(Staging);
    }

    /// <summary>
    /// Moves what was replaced to the versions, and drops those that are too many. An empty directory, or one that
    /// never was a bundle of a usable name, is dropped at once.
    /// </summary>
    private void Keep()
    {
        if (!Directory.Exists(Replaced))
            return;
        if (BundleVersions.IdIn(Replaced) is not { } id)
        {
            Drop(Replaced);
            return;
        }

        var versions = BundleNames.Versions(Target);
        Directory.CreateDirectory(versions);
        var kept = Path.Combine(versions, id);
        Drop(kept);
        Directory.Move(Replaced, kept);
        foreach (var old in BundleVersions.In(versions)
            .Where(version => version.Directory != kept)
            .Skip(BundleVersions.MostKept - 1))
        {
            Drop(old.Directory);
        }

        Durability.FlushDirectory(versions);
    }

    // Deleting takes many steps: a bundle is first renamed to where nobody takes what is left of it for one.
    private void Drop(string directory)
    {
        if (!Directory.Exists(directory))
            return;
        DeleteIfThere(Dropped);
        Directory.Move(directory, Dropped);
        DeleteIfThere(Dropped);
    }

    /// <summary>Refuses a place that holds something else than a bundle or nothing.</summary>
    internal static void Refuse(string target)
    {
        if (File.Exists(target))
            throw new BundleException(target, "is a file, expected a bundle's directory or nothing");
        for (var above = Path.GetDirectoryName(target); above is not null; above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above))
                throw new BundleException(target, $"{above} is a file, expected a directory");
        }

        if (File.Exists(BundleNames.Versions(target)))
        {
            throw new BundleException(
                target, $"{BundleNames.Versions(target)} is a file, expected the directory of its older versions");
        }
        if (Directory.Exists(target)
            && !File.Exists(Path.Combine(target, BundleNames.Manifest))
            && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new BundleException(
                target, $"has files but no {BundleNames.Manifest}: it is not a model bundle and is not overwritten");
        }
    }

    private static void DeleteIfThere(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
