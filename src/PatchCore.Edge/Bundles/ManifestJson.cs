using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchCore.Edge.Bundles;

/// <summary>
/// The manifest's JSON: camelCase, every member present, none that is unknown or given twice. A manifest that says more
/// than this program understands could mean something else by what it does understand.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
    public static byte[] Write(Manifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Default.Manifest);

    /// <exception cref="JsonException">Not JSON, or not this manifest.</exception>
    public static Manifest Read(ReadOnlySpan<byte> json)
    {
        var manifest = JsonSerializer.Deserialize(json, Default.Manifest)
            ?? throw new JsonException("is null, expected an object");

        // Nullable annotations are enforced for members, not for what collections hold.
        var parts = manifest.GoldenImages.Concat<object?>(manifest.Embedding.Layers).Concat(manifest.Files.Values)
            .Concat(manifest.Provenance);
        return parts.Contains(null)
            ? throw new JsonException("has a null in goldenImages, embedding.layers, files or provenance")
            : manifest;
    }

    /// <summary>
    /// The format version alone, which can be read of any version; null where it is not given as a number.
    /// </summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static int? FormatVersion(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("formatVersion", out var member)
            && member.ValueKind == JsonValueKind.Number
            && member.TryGetInt32(out var version)
                ? version
                : null;
    }
}
