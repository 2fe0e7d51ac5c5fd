using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

/// <summary>What the decoder of npm sparkplug-payload makes of payloads.</summary>
internal static class PublishedDecoder
{
    public static IReadOnlyList<DecodedPayload> Decode(params IEnumerable<byte[]> payloads)
    {
        var cache = typeof(PublishedDecoder).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "PatchCoreCache").Value!;
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(AppContext.BaseDirectory, "Sparkplug", "decode.js"),
                Path.Combine(cache, "npm", "node_modules"),
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        foreach (var payload in payloads)
            node.StandardInput.WriteLine(Convert.ToHexString(payload));
        node.StandardInput.Close();
        var lines = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        node.WaitForExit();
        Assert.Equal(0, node.ExitCode);
        return [.. lines.Select(line => new DecodedPayload(JsonDocument.Parse(line).RootElement))];
    }
}

/// <summary>One payload, as decoded.</summary>
internal sealed record DecodedPayload(JsonElement Json)
{
    public int? Seq => Json.TryGetProperty("seq", out var seq) ? seq.GetInt32() : null;

    public IReadOnlyList<JsonElement> Metrics =>
        Json.TryGetProperty("metrics", out var metrics) ? [.. metrics.EnumerateArray()] : [];

    /// <summary>Type and value of what has this name, as text: "Float 3.5".</summary>
    public string Of(string name) => Text(Metrics.Single(m => NameOf(m) == name));

    /// <summary>The same, of what has this alias.</summary>
    public string Of(ulong alias) => Text(
        Metrics.Single(m => m.TryGetProperty("alias", out var found) && found.GetUInt64() == alias));

    public ulong AliasOf(string name) => Metrics.Single(m => NameOf(m) == name).GetProperty("alias").GetUInt64();

    private static string Text(JsonElement metric) =>
        $"{metric.GetProperty("type").GetString()} {metric.GetProperty("value").GetRawText()}";

    private static string? NameOf(JsonElement metric) =>
        metric.TryGetProperty("name", out var name) ? name.GetString() : null;
}
