namespace PatchCore.Edge.Bundles;

/// <summary>
/// Writes a bundle such that its directory holds the old one or the new one, whole, whenever the process or the machine
/// dies.
/// </summary>
public static class BundleWriter
{
    /// <summary>
    /// Has the files written to a staging directory, adds the manifest with their hashes, flushes everything to disk
    /// and renames the directory to its place. A bundle that is there already is renamed to the versions
    /// (<see cref="BundleVersions"/>).
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
        ArgumentNullException.ThrowIfNull(writeFiles);
        return Write(directory, manifest, parent: null, writeFiles);
    }

    /// <summary>
    /// Writes a new version of a bundle, which replaces it: another manifest, and all of its files but those that are
    /// written over.
    /// </summary>
    /// <param name="parent">The bundle in place.</param>
    /// <param name="manifest">As for <see cref="Write(string, Manifest, Action{string})"/>; see
    /// <see cref="Manifest.Revise"/>.</param>
    /// <param name="changeFiles">Given the staging directory with copies of all files, it writes, adds and deletes what
    /// is to differ; null where nothing does.</param>
    /// <exception cref="BundleException">As for writing; also when the parent is damaged, or no longer the bundle in
    /// place.</exception>
    public static Bundle Revise(Bundle parent, Manifest manifest, Action<string>? changeFiles = null)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return Write(parent.Place, manifest, parent, changeFiles ?? (_ => { }));
    }

    /// <summary>
    /// Refuses what <see cref="Write(string, Manifest, Action{string})"/> would refuse for what is in the place, so
    /// that nobody waits for a bundle that cannot be written; touches nothing.
    /// </summary>
    /// <exception cref="BundleException">The place holds something else.</exception>
    public static void Refuse(string directory) => BundlePlace.Refuse(BundleNames.Normalize(directory));

    private static Bundle Write(string directory, Manifest manifest, Bundle? parent, Action<string> writeFiles)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        using var place = BundlePlace.Hold(directory);
        OrRefuse(place, () =>
        {
            place.Recover();
            Directory.CreateDirectory(place.Staging);
            if (parent is not null)
                CopyFiles(parent.Manifest, place);
        });
        writeFiles(place.Staging);
        OrRefuse(place, () =>
        {
            manifest = WriteManifest(place, manifest);
            Durability.FlushTree(place.Staging);
            place.Replace(place.Staging);
        });
        return new Bundle(place.Target, manifest);
    }

    internal static void OrRefuse(BundlePlace place, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(place.Target, $"cannot be written: {e.Message}", e);
        }
    }

    private static void CopyFiles(Manifest parent, BundlePlace place)
    {
        var found = Directory.Exists(place.Target) ? BundleVersions.IdIn(place.Target) : null;
        if (found != parent.Id)
        {
            throw new BundleException(
                place.Target, $"is {found ?? "gone"} meanwhile, expected {parent.Id}, which was to be changed");
        }

        foreach (var (name, hash) in parent.Files)
        {
            var copy = Path.Combine(place.Staging, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(place.Target, name), copy);

            // The hashes to come are those of the copies: damage must not become what is expected.
            if (BundleVerification.HashOf(copy) != hash)
                throw new BundleException(place.Target, $"{name} is damaged or was replaced");
        }
    }

    private static Manifest WriteManifest(BundlePlace place, Manifest manifest)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(place.Staging, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(place.Staging, path).Replace(Path.DirectorySeparatorChar, '/');
            files.Add(name, BundleVerification.HashOf(path));
        }

        manifest = manifest with { Files = files };
        var faults = ManifestRules.Faults(manifest);
        if (faults.Count > 0)
            throw new BundleException(place.Target, $"is not written: {string.Join("; ", faults)}");

        var json = ManifestJson.Write(manifest);
        File.WriteAllBytes(Path.Combine(place.Staging, BundleNames.Manifest), json);
        File.WriteAllText(Path.Combine(place.Staging, BundleNames.Checksum), BundleVerification.ChecksumOf(json));
        return manifest;
    }
}
