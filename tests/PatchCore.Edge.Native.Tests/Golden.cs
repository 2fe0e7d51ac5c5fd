using System.Text.Json;

namespace PatchCore.Edge.Native.Tests;

/// <summary>golden/scoring.json: 49 queries, a bank of 40, the 9 nearest of every query.</summary>
internal sealed record Golden(
    float[] Query, float[] Bank, int Dimension, int Neighbors, long[] Indices, double[] Distances)
{
    internal static Golden Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "golden", "scoring.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement;
        return new(
            [.. root.GetProperty("query").EnumerateArray().Select(value => value.GetSingle())],
            [.. root.GetProperty("bank").EnumerateArray().Select(value => value.GetSingle())],
            root.GetProperty("dim").GetInt32(),
            root.GetProperty("k").GetInt32(),
            [.. root.GetProperty("neighbourIndices").EnumerateArray().Select(value => value.GetInt64())],
            [.. root.GetProperty("neighbourDistances").EnumerateArray().Select(value => value.GetDouble())]);
    }
}
