namespace PatchCore.Edge.Bundles;

/// <summary>Names inside a bundle, and those of the places that a writer uses beside it.</summary>
internal static class BundleNames
{
    public const string Manifest = "manifest.json";
    public const string Checksum = "manifest.sha256";
    private const string VersionsSuffix = ".versions";

    /// <summary>
    /// Where a writer prepares the bundle. Beside the target, since only a rename within a file system is atomic.
    /// </summary>
    public static string Staging(string directory) => Beside(directory, "staging");

    /// <summary>Where the bundle that is being replaced waits, until the new one is in its place.</summary>
    public static string Replaced(string directory) => Beside(directory, "replaced");

    /// <summary>What is left of a bundle that is being deleted.</summary>
    public static string Dropped(string directory) => Beside(directory, "dropped");

    /// <summary>Where the bundles are kept that were replaced, each in a directory of its id.</summary>
    public static string Versions(string directory) => directory + VersionsSuffix;

    /// <summary>Whether a directory is, by its name, one of versions.</summary>
    public static bool IsOfVersions(string directory) =>
        Path.GetFileName(directory) is var name && name.Length > VersionsSuffix.Length
            && name.EndsWith(VersionsSuffix, StringComparison.Ordinal);

    /// <summary>What a writer holds while it works, so that there is one at a time.</summary>
    public static string Lock(string directory) => Beside(directory, "lock");

    /// <summary>A full path that names a directory the same way however it was typed.</summary>
    public static string Normalize(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
    }

    /// <summary>
    /// What is wrong with a file's name, or null: it must be relative, stay inside and mean one file on every system.
    /// </summary>
    public static string? Fault(string name)
    {
        if (name is Manifest or Checksum)
            return "is the manifest's own";
        foreach (var part in name.Split('/'))
        {
            if (part is "" or "." or "..")
                return "must be a relative path that stays inside the bundle";
            foreach (var c in part)
            {
                if (char.IsControl(c) || c is '\\' or ':')
                    return "must have neither control characters nor '\\' nor ':'";
            }
        }

        return null;
    }

    /// <summary>Whether a bundle's id can be the name of a directory.</summary>
    public static bool CanNameDirectory(string id) =>
        id.Length <= 200 && !id.Contains('/') && !id.StartsWith('.') && Fault(id) is null;

    private static string Beside(string directory, string use) =>
        Path.Combine(Path.GetDirectoryName(directory) ?? directory, $".{Path.GetFileName(directory)}.{use}");
}
