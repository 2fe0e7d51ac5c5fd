namespace PatchCore.Edge.Bundles;

/// <summary>
/// Writes a bundle such that its directory holds the old one or the new one, whole, whenever the process or the machine
/// dies.
/// </summary>
public static class BundleWriter
{
    /// <summary>
    /// Has the files written to a staging directory, adds the manifest with their hashes, flushes everything to disk
    /// and renames the directory to its place. A bundle that is there already is renamed away first and deleted last.
    /// </summary>
    /// <param name="directory">The bundle's place. It may be absent, empty or a bundle; anything else is not
    /// overwritten.</param>
    /// <param name="manifest">All but <see cref="Manifest.Files"/>, which is filled in.</param>
    /// <param name="writeFiles">Writes every file but the manifest into the staging directory that it is given.</param>
    /// <returns>The bundle as written.</returns>
    /// <exception cref="BundleException">
    /// Another writer is at it, the place holds something else, the manifest is not valid or does not fit the files, or
    /// the disk refused. What <paramref name="writeFiles"/> throws comes through as it is. In all cases the old bundle
    /// stays and the staging directory goes.
    /// </exception>
    public static Bundle Write(string directory, Manifest manifest, Action<string> writeFiles)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(writeFiles);
        var target = BundleNames.Normalize(directory);
        var staging = BundleNames.Staging(target);

        using var held = Hold(target);
        try
        {
            OrRefuse(target, () => Prepare(target, staging));
            writeFiles(staging);
            OrRefuse(target, () =>
            {
                manifest = WriteManifest(target, staging, manifest);
                Durability.FlushTree(staging);
                Swap(staging, target);
            });
            return new Bundle(target, manifest);
        }
        finally
        {
            DeleteIfThere(staging);
        }
    }

    private static void OrRefuse(string target, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(target, $"cannot be written: {e.Message}", e);
        }
    }

    private static void Prepare(string target, string staging)
    {
        CleanUpAfterDeadWriter(target);
        RefuseToOverwriteWhatIsNoBundle(target);
        Directory.CreateDirectory(staging);
    }

    // The kernel drops the lock with the process, however it ends.
    private static FileStream Hold(string target)
    {
        var path = BundleNames.Lock(target);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(
                target, $"cannot be written, or is being written by another process: {e.Message}", e);
        }
    }

    // A writer that died between the two renames of a swap left the old bundle beside its place, where nothing is.
    private static void CleanUpAfterDeadWriter(string target)
    {
        var replaced = BundleNames.Replaced(target);
        if (Directory.Exists(replaced) && !Path.Exists(target))
            Directory.Move(replaced, target);
        DeleteIfThere(replaced);
        DeleteIfThere(BundleNames.Staging(target));
    }

    private static void RefuseToOverwriteWhatIsNoBundle(string target)
    {
        if (File.Exists(target))
            throw new BundleException(target, "is a file, expected a bundle's directory or nothing");
        if (Directory.Exists(target)
            && !File.Exists(Path.Combine(target, BundleNames.Manifest))
            && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new BundleException(
                target, $"has files but no {BundleNames.Manifest}: it is not a model bundle and is not overwritten");
        }
    }

    private static Manifest WriteManifest(string target, string staging, Manifest manifest)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(staging, path).Replace(Path.DirectorySeparatorChar, '/');
            files.Add(name, BundleVerification.HashOf(path));
        }

        manifest = manifest with { Files = files };
        var faults = ManifestRules.Faults(manifest);
        if (faults.Count > 0)
            throw new BundleException(target, $"is not written: {string.Join("; ", faults)}");

        var json = ManifestJson.Write(manifest);
        File.WriteAllBytes(Path.Combine(staging, BundleNames.Manifest), json);
        File.WriteAllText(Path.Combine(staging, BundleNames.Checksum), BundleVerification.ChecksumOf(json));
        return manifest;
    }

    private static void Swap(string staging, string target)
    {
        var replaced = BundleNames.Replaced(target);
        var parent = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(target))
        {
            Directory.Move(staging, target);
            Durability.FlushDirectory(parent);
            return;
        }

        Directory.Move(target, replaced);
        try
        {
            Directory.Move(staging, target);
        }
        catch
        {
            Directory.Move(replaced, target);
            throw;
        }

        // Only when the new one is sure to be found after a power cut may the old one go.
        Durability.FlushDirectory(parent);
        Directory.Delete(replaced, recursive: true);
    }

    private static void DeleteIfThere(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
