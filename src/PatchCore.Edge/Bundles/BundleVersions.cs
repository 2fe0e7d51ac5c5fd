using System.Text.Json;

namespace PatchCore.Edge.Bundles;

/// <summary>One of the bundles that a place has seen.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Id">Its name; that of the directory where the manifest cannot be read.</param>
/// <param name="Manifest">What it says of itself; null where that cannot be read.</param>
/// <param name="Bytes">Size of its files.</param>
public sealed record BundleVersion(string Directory, string Id, Manifest? Manifest, long Bytes);

/// <summary>The bundles that were replaced: <see cref="BundleWriter"/> keeps them beside the one in place.</summary>
public static class BundleVersions
{
    /// <summary>Versions kept beside the bundle in place: the one that was replaced last, and the newest of the
    /// others.</summary>
    public const int MostKept = 5;

    /// <summary>The versions kept of a bundle, newest first. Their files are not verified.</summary>
    /// <exception cref="BundleException">They cannot be listed.</exception>
    public static IReadOnlyList<BundleVersion> Of(string directory)
    {
        var target = BundleNames.Normalize(directory);
        try
        {
            return In(BundleNames.Versions(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(target, $"its versions cannot be listed: {e.Message}", e);
        }
    }

    internal static IReadOnlyList<BundleVersion> In(string versions) => !Directory.Exists(versions)
        ? []
        :
        [
            .. Directory.GetDirectories(versions).Select(Describe)
                .OrderByDescending(version => version.Manifest?.CreatedAt ?? DateTimeOffset.MinValue)
                .ThenByDescending(version => version.Id, StringComparer.Ordinal),
        ];

    /// <summary>
    /// The id of a bundle of any format, if it can be read and can name a directory.
    /// </summary>
    internal static string? IdIn(string directory)
    {
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, BundleNames.Manifest)));
            return manifest.RootElement.ValueKind == JsonValueKind.Object
                && manifest.RootElement.TryGetProperty("id", out var member)
                && member.ValueKind == JsonValueKind.String
                && member.GetString() is { } id
                && BundleNames.CanNameDirectory(id)
                    ? id
                    : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;
        }
    }

    private static BundleVersion Describe(string directory)
    {
        Manifest? manifest = null;
        try
        {
            manifest = BundleVerification.ReadManifest(directory);
        }
        catch (BundleException)
        {
            // It is listed all the same; opening it tells what is wrong.
        }

        var bytes = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        return new BundleVersion(directory, manifest?.Id ?? Path.GetFileName(directory), manifest, bytes);
    }
}
