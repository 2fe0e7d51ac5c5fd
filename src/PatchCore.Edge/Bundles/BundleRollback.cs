namespace PatchCore.Edge.Bundles;

/// <summary>
/// Puts a kept version back in the place of its bundle. What was there is kept as a version, so that this can be taken
/// back as well.
/// </summary>
public static class BundleRollback
{
    /// <summary>
    /// The version before the bundle in place: its parent if that is kept, else the newest that is older. The newest of
    /// all where the bundle in place does not say what it is.
    /// </summary>
    /// <exception cref="BundleException">There is none.</exception>
    public static BundleVersion Previous(string directory)
    {
        var versions = BundleVersions.Of(directory);
        var place = BundleNames.Normalize(directory);
        Manifest manifest;
        try
        {
            manifest = BundleVerification.ReadManifest(place);
        }
        catch (Exception e) when (e is BundleException or IOException or UnauthorizedAccessException)
        {
            return versions.Count > 0
                ? versions[0]
                : throw new BundleException(place, "has no version that could take its place", e);
        }

        var parent = manifest.Provenance.LastOrDefault()?.Parent;
        return versions.FirstOrDefault(version => version.Id == parent)
            ?? versions.FirstOrDefault(version => version.Manifest?.CreatedAt < manifest.CreatedAt)
            ?? throw new BundleException(place, $"has no version before {manifest.Id}{Among(versions)}");
    }

    /// <summary>The kept version of an id.</summary>
    /// <exception cref="BundleException">There is none, and which there are.</exception>
    public static BundleVersion Find(string directory, string id)
    {
        var versions = BundleVersions.Of(directory);
        return versions.FirstOrDefault(version => version.Id == id)
            ?? throw new BundleException(BundleNames.Normalize(directory), $"has no version {id}{Among(versions)}");
    }

    /// <summary>Has a kept version take the place of a bundle, in one step, after verifying it.</summary>
    /// <param name="directory">The bundle's place; what is there need not be whole.</param>
    /// <param name="version">One of its versions.</param>
    /// <param name="verify">Given the version before anything is changed, it may throw, and nothing is.</param>
    /// <exception cref="BundleException">The version is damaged or gone, another writer is at the bundle, or the disk
    /// refused; nothing was changed.</exception>
    public static Bundle To(string directory, BundleVersion version, Action<Bundle>? verify = null)
    {
        ArgumentNullException.ThrowIfNull(version);
        using var place = BundlePlace.Hold(directory);
        BundleWriter.OrRefuse(place, place.Recover);
        var bundle = Bundle.Open(version.Directory);
        verify?.Invoke(bundle);
        BundleWriter.OrRefuse(place, () => place.Replace(version.Directory));
        return new Bundle(place.Target, bundle.Manifest);
    }

    private static string Among(IReadOnlyList<BundleVersion> versions) => versions.Count == 0
        ? "; none are kept"
        : $"; kept are {string.Join(", ", versions.Select(version => version.Id))}";
}
