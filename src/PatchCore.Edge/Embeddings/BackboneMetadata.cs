using System.Globalization;
using Google.Protobuf.Collections;
using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// What a backbone expects of its input: channel c of a pixel v in 0..255 becomes (v · <see cref="Scale"/> − mean[c]) /
/// std[c]. Kept in the ONNX file as <c>patchcore.*</c> metadata.
/// </summary>
public sealed record BackboneMetadata
{
    private const string Prefix = "patchcore.";

    /// <summary>Per channel in the order of <see cref="Rgb"/>; default: ImageNet's.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <inheritdoc cref="Mean"/>
    public IReadOnlyList<float> Std { get; init; } = [0.229f, 0.224f, 0.225f];

    /// <summary>Multiplies 0..255 before mean and std.</summary>
    public float Scale { get; init; } = 1f / 255;

    /// <summary>Channel order red, green, blue; otherwise blue, green, red.</summary>
    public bool Rgb { get; init; } = true;

    /// <summary>Short name of the network; that of the file unless the file says another.</summary>
    public string Name { get; init; } = "backbone";

    /// <summary>Where it came from: a file name, or a package with its version.</summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// What may be left off the front of a layer's name: with <c>expanded_conv_</c>, layer <c>6</c> is
    /// <c>expanded_conv_6</c>.
    /// </summary>
    public string LayerPrefix { get; init; } = "";

    /// <summary>How patches of its outputs are best mapped, as was measured; used unless a training says
    /// otherwise.</summary>
    public PatchMap PatchMap { get; init; } = PatchMap.None;

    /// <exception cref="ArgumentException">A value that no image could be normalized with.</exception>
    internal void Verify()
    {
        if (Mean.Count != 3 || Std.Count != 3)
            throw new ArgumentException($"Mean and std need 3 values each; found {Mean.Count} and {Std.Count}.");
        if (Mean.Any(v => !float.IsFinite(v))
            || Std.Any(v => !float.IsFinite(v) || v <= 0)
            || !float.IsFinite(Scale)
            || Scale <= 0)
        {
            throw new ArgumentException("Mean must be finite, std and scale finite and positive.");
        }

        if (PatchMap.Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault);
    }

    internal void Write(RepeatedField<StringStringEntryProto> entries)
    {
        Set(entries, "mean", Join(Mean));
        Set(entries, "std", Join(Std));
        Set(entries, "scale", Scale.ToString("R", CultureInfo.InvariantCulture));
        Set(entries, "color", Rgb ? "rgb" : "bgr");
        Set(entries, "name", Name);
        Set(entries, "source", Source);
        Set(entries, "layer-prefix", LayerPrefix);
        if (PatchMap.IsNone)
            return;
        Set(entries, "layer-weights", Join(PatchMap.LayerWeights));
        Set(entries, "whitening", PatchMap.Whitening.ToString("R", CultureInfo.InvariantCulture));
        Set(entries, "dimensions", PatchMap.Dimensions.ToString(CultureInfo.InvariantCulture));
    }

    /// <exception cref="BackboneException">A value does not parse.</exception>
    internal static BackboneMetadata Read(RepeatedField<StringStringEntryProto> entries, string path)
    {
        var read = new BackboneMetadata
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Source = Path.GetFileName(path),
        };
        try
        {
            read = read with
            {
                Mean = Get(entries, "mean") is { } mean ? Split(mean) : read.Mean,
                Std = Get(entries, "std") is { } std ? Split(std) : read.Std,
                Scale = Get(entries, "scale") is { } scale
                    ? float.Parse(scale, CultureInfo.InvariantCulture)
                    : read.Scale,
                Rgb = Get(entries, "color") is not { } color || color == "rgb",
                Name = Get(entries, "name") ?? read.Name,
                Source = Get(entries, "source") ?? read.Source,
                LayerPrefix = Get(entries, "layer-prefix") ?? read.LayerPrefix,
                PatchMap = new PatchMap
                {
                    LayerWeights = Get(entries, "layer-weights") is { Length: > 0 } weights ? Split(weights) : [],
                    Whitening = double.Parse(Get(entries, "whitening") ?? "0", CultureInfo.InvariantCulture),
                    Dimensions = int.Parse(Get(entries, "dimensions") ?? "0", CultureInfo.InvariantCulture),
                },
            };
            read.Verify();
            return read;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new BackboneException(path, $"its patchcore.* metadata is not readable: {e.Message}", e);
        }
    }

    internal static string? Get(RepeatedField<StringStringEntryProto> entries, string key) =>
        entries.FirstOrDefault(e => e.Key == Prefix + key)?.Value;

    internal static void Set(RepeatedField<StringStringEntryProto> entries, string key, string value)
    {
        if (entries.FirstOrDefault(e => e.Key == Prefix + key) is { } entry) entry.Value = value;
        else entries.Add(new StringStringEntryProto { Key = Prefix + key, Value = value });
    }

    private static string Join(IEnumerable<float> values) =>
        string.Join(',', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));

    private static float[] Split(string text) =>
        [.. text.Split(',').Select(v => float.Parse(v, CultureInfo.InvariantCulture))];
}
