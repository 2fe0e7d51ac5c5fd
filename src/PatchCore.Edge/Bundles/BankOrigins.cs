using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchCore.Edge.Bundles;

/// <summary>A good frame that a bundle was trained from.</summary>
/// <param name="File">Full path that it was read from; it need not be there any more.</param>
/// <param name="Sha256">Of the file's bytes then, lower-case hexadecimal.</param>
public sealed record OriginFrame(string File, string Sha256)
{
    /// <summary>That of a file that is there.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    public static OriginFrame Of(string path) => new(Path.GetFullPath(path), BundleVerification.HashOf(path));

    /// <summary>That of a file, or null where none can be read.</summary>
    public static OriginFrame? At(string path)
    {
        try
        {
            return System.IO.File.Exists(path) ? Of(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>
/// Where the vectors of a memory bank come from, kept in origins.json of the bundle: so that a frame can meet the bank
/// without its own patches, and people can look at what the bank holds.
/// </summary>
public sealed record BankOrigins
{
    /// <summary>Good frames, in the order in which they were embedded.</summary>
    public required IReadOnlyList<OriginFrame> Frames { get; init; }

    /// <summary>Of every bank vector, in the bank's order: the index of its frame in <see cref="Frames"/>.</summary>
    public required IReadOnlyList<int> FrameOf { get; init; }

    /// <summary>
    /// Likewise: its index among the active patches of that frame; those of its varied copies come after its own.
    /// </summary>
    public required IReadOnlyList<int> PatchOf { get; init; }

    /// <summary>Reads those of a bundle; null where it has none, as in format 1.</summary>
    /// <exception cref="BundleException">They cannot be read, or do not fit the bank.</exception>
    public static BankOrigins? Read(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (!bundle.Manifest.Files.ContainsKey(Bundle.OriginsName))
            return null;
        BankOrigins origins;
        try
        {
            origins = JsonSerializer.Deserialize(
                File.ReadAllBytes(bundle.PathOf(Bundle.OriginsName)), BankOriginsJson.Default.BankOrigins)
                ?? throw new JsonException("is null, expected an object");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BundleException(bundle.Directory, $"{Bundle.OriginsName} cannot be read: {e.Message}", e);
        }

        var faults = origins.Faults(bundle.Manifest.Index.Count, bundle.Manifest.Coreset.Patches);
        return faults.Count == 0
            ? origins
            : throw new BundleException(bundle.Directory, $"{Bundle.OriginsName}: {string.Join("; ", faults)}");
    }

    /// <summary>Writes a file that <see cref="Read"/> reads: JSON, one frame a line.</summary>
    public void Write(string path)
    {
        using var output = File.CreateText(path);
        output.NewLine = "\n";
        output.WriteLine("""{"frames":[""");
        for (var i = 0; i < Frames.Count; i++)
        {
            output.Write(JsonSerializer.Serialize(Frames[i], BankOriginsJson.Default.OriginFrame));
            output.WriteLine(i < Frames.Count - 1 ? "," : "");
        }

        output.WriteLine($"],\"frameOf\":[{string.Join(',', FrameOf)}],");
        output.WriteLine($"\"patchOf\":[{string.Join(',', PatchOf)}]}}");
    }

    /// <summary>
    /// Indices of the bank vectors that come from frames whose file has this hash, ascending; none if there is no such
    /// frame.
    /// </summary>
    public IReadOnlyList<int> VectorsOfFile(string sha256) =>
        [.. Enumerable.Range(0, FrameOf.Count).Where(i => Frames[FrameOf[i]].Sha256 == sha256)];

    private List<string> Faults(int vectors, long patches)
    {
        var faults = new List<string>();
        foreach (var (name, list) in (ReadOnlySpan<(string, IReadOnlyList<int>)>)
            [("frameOf", FrameOf), ("patchOf", PatchOf)])
        {
            if (list.Count != vectors)
                faults.Add($"{name} has {list.Count} values, expected one for each of the {vectors} bank vectors");
        }

        if (FrameOf.FirstOrDefault(i => i < 0 || i >= Frames.Count, int.MinValue) is var frame and not int.MinValue)
            faults.Add($"frameOf has {frame}, expected one of the {Frames.Count} frames, from 0");
        if (PatchOf.FirstOrDefault(i => i < 0 || i >= patches, int.MinValue) is var patch and not int.MinValue)
            faults.Add($"patchOf has {patch}, expected 0 to below the {patches} patches");
        for (var i = 0; i < Frames.Count; i++)
        {
            if (Frames[i] is not { Sha256: { Length: 64 } hash } || !hash.All(char.IsAsciiHexDigitLower))
                faults.Add($"frames[{i}] has no sha256 of 64 lower-case hexadecimal digits");
        }

        return faults;
    }
}

/// <summary>The JSON of origins.json: every member present, none that is unknown.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(BankOrigins))]
internal sealed partial class BankOriginsJson : JsonSerializerContext;
