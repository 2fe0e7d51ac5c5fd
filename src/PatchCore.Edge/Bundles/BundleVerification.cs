using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PatchCore.Edge.Bundles;

/// <summary>Proves that a directory is a whole, undamaged bundle of a format that this program reads.</summary>
internal static class BundleVerification
{
    /// <exception cref="BundleException">It is not; the reason is in it.</exception>
    public static Manifest Verify(string directory)
    {
        try
        {
            if (!Directory.Exists(directory))
            {
                throw new BundleException(
                    directory, File.Exists(directory) ? "is a file, expected a bundle's directory" : "does not exist");
            }

            var manifest = ReadManifest(directory);
            VerifyFiles(directory, manifest.Files);
            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(directory, $"cannot be read: {e.Message}", e);
        }
    }

    public static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The checksum file's text, in the form that sha256sum writes and checks.</summary>
    public static string ChecksumOf(ReadOnlySpan<byte> manifest) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(manifest))}  {BundleNames.Manifest}\n";

    /// <summary>The manifest, proven against its checksum; the other files are not looked at.</summary>
    public static Manifest ReadManifest(string directory)
    {
        var path = Path.Combine(directory, BundleNames.Manifest);
        if (!File.Exists(path))
            throw new BundleException(directory, $"has no {BundleNames.Manifest}: it is not a model bundle");

        var json = File.ReadAllBytes(path);
        try
        {
            // The version is judged before the rest, which a newer format may spell in ways unknown here; and after the
            // checksum, since a damaged digit is no newer format.
            var version = ManifestJson.FormatVersion(json);
            var checksum = Path.Combine(directory, BundleNames.Checksum);
            var whole = File.Exists(checksum);
            if (whole && !File.ReadAllBytes(checksum).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(ChecksumOf(json))))
            {
                throw new BundleException(
                    directory,
                    $"{BundleNames.Manifest} does not match {BundleNames.Checksum}, expected "
                        + $"'{ChecksumOf(json).TrimEnd()}': one of them is damaged or was edited");
            }

            if (version is null)
            {
                throw new BundleException(
                    directory, $"{BundleNames.Manifest} has no formatVersion: it is not a model bundle's");
            }
            if (version > Manifest.CurrentFormatVersion)
            {
                throw new BundleException(
                    directory,
                    $"has format version {version}, expected at most {Manifest.CurrentFormatVersion}: "
                        + "it was written by a newer version of the program");
            }

            if (version < 1)
            {
                throw new BundleException(
                    directory, $"has format version {version}, expected 1 to {Manifest.CurrentFormatVersion}");
            }
            if (!whole)
            {
                throw new BundleException(
                    directory, $"has no {BundleNames.Checksum}, expected the sha256 of {BundleNames.Manifest}");
            }

            var manifest = ManifestJson.Read(json);
            var faults = ManifestRules.Faults(manifest);
            if (faults.Count > 0)
                throw new BundleException(directory, $"{BundleNames.Manifest}: {string.Join("; ", faults)}");
            return manifest;
        }
        catch (JsonException e)
        {
            throw new BundleException(
                directory,
                $"{BundleNames.Manifest} cannot be read, it is truncated, damaged or foreign: {e.Message}", e);
        }
    }

    private static void VerifyFiles(string directory, SortedDictionary<string, string> files)
    {
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(directory, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null)
                throw new BundleException(directory, $"{name} is a link, expected files and directories alone");
            if (entry is FileInfo && name is not (BundleNames.Manifest or BundleNames.Checksum)
                && !files.ContainsKey(name))
            {
                throw new BundleException(
                    directory, $"{name} is not listed in {BundleNames.Manifest}, expected no other files");
            }
        }

        foreach (var (name, expected) in files)
        {
            var path = Path.Combine(directory, name);
            if (!File.Exists(path))
            {
                throw new BundleException(
                    directory, $"{name} is missing, expected as listed in {BundleNames.Manifest}");
            }
            var found = HashOf(path);
            if (found != expected)
            {
                throw new BundleException(
                    directory, $"{name} has sha256 {found}, expected {expected}: it is damaged or was replaced");
            }
        }
    }
}
