using System.Text.Json;
using System.Text.Json.Nodes;

namespace PatchCore.Edge.Bundles;

/// <summary>A key of the manifest that two bundles differ in.</summary>
/// <param name="Key">Path in manifest.json: "calibration.threshold".</param>
/// <param name="First">JSON of the first bundle's value; null if it has none.</param>
/// <param name="Second">Likewise.</param>
public sealed record DifferentKey(string Key, string? First, string? Second);

/// <summary>A file that two bundles differ in.</summary>
/// <param name="Name">As the manifest lists it.</param>
/// <param name="First">sha256 in the first bundle; null if it has no such file.</param>
/// <param name="Second">Likewise.</param>
public sealed record DifferentFile(string Name, string? First, string? Second);

/// <summary>What sets two bundles apart.</summary>
/// <param name="Keys">In the order of the manifest; arrays are one value each.</param>
/// <param name="Files">By name.</param>
public sealed record BundleDifference(IReadOnlyList<DifferentKey> Keys, IReadOnlyList<DifferentFile> Files)
{
    public static BundleDifference Between(Manifest first, Manifest second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var (a, b) = (Leaves(first), Leaves(second));
        return new BundleDifference(
            [
                .. a.Keys.Union(b.Keys)
                    .Select(key => new DifferentKey(key, a.GetValueOrDefault(key), b.GetValueOrDefault(key)))
                    .Where(key => key.First != key.Second),
            ],
            [
                .. first.Files.Keys.Union(second.Files.Keys).Order(StringComparer.Ordinal)
                    .Select(name => new DifferentFile(
                        name, first.Files.GetValueOrDefault(name), second.Files.GetValueOrDefault(name)))
                    .Where(file => file.First != file.Second),
            ]);
    }

    private static Dictionary<string, string> Leaves(Manifest manifest)
    {
        var leaves = new Dictionary<string, string>();
        var root = JsonSerializer.SerializeToNode(manifest, ManifestJson.Default.Manifest)!.AsObject();
        root.Remove("files");
        Add("", root);
        return leaves;

        void Add(string path, JsonObject of)
        {
            foreach (var (key, value) in of)
            {
                if (value is JsonObject inner)
                    Add($"{path}{key}.", inner);
                else
                    leaves.Add(path + key, value?.ToJsonString() ?? "null");
            }
        }
    }
}
