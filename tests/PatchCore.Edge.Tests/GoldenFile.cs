using System.Text.Json;

namespace PatchCore.Edge.Tests;

/// <summary>Reference values computed elsewhere, from a JSON file beside the tests.</summary>
internal sealed class GoldenFile
{
    private readonly JsonElement _root;

    private GoldenFile(JsonElement root) => _root = root;

    public static GoldenFile Read(string name)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", name));
        using var document = JsonDocument.Parse(stream);
        return new GoldenFile(document.RootElement.Clone());
    }

    public int Int(string key) => _root.GetProperty(key).GetInt32();

    public double Double(string key) => _root.GetProperty(key).GetDouble();

    public float[] Floats(string key) => [.. _root.GetProperty(key).EnumerateArray().Select(v => v.GetSingle())];

    public int[] Ints(string key) => [.. _root.GetProperty(key).EnumerateArray().Select(v => v.GetInt32())];
}
