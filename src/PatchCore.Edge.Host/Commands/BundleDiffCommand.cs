using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Host.Displays;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>bundle diff</c>: what sets two bundles apart.</summary>
internal static class BundleDiffCommand
{
    private const int LongestValue = 40;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What people call the keys that they look for.</summary>
    private static readonly Dictionary<string, string> Words = new()
    {
        ["calibration.threshold"] = "threshold",
        ["calibration.method"] = "how the threshold was set",
        ["calibration.heldOutFrames"] = "frames it was set from",
        ["calibration.mean"] = "their mean score",
        ["calibration.std"] = "its deviation",
        ["coreset.frames"] = "good frames",
        ["coreset.patches"] = "their patches",
        ["coreset.count"] = "bank vectors",
        ["coreset.coverageRadius"] = "coverage radius",
        ["backbone.sha256"] = "backbone's file",
        ["createdAt"] = "created",
        ["provenance"] = "how it came to be",
        ["ensemble"] = "networks",
    };

    public static Command Create()
    {
        var first = new Argument<DirectoryInfo>("A") { Description = "Model bundle" };
        var second = new Argument<string>("B") { Description = "Another, or the id of a kept version of the first" };
        var json = new Option<bool>("--json") { Description = "Write the difference as JSON" };
        var command = new Command("diff", "Show what sets two model bundles apart: keys of the manifest, and files")
        {
            first, second, json,
        };
        command.SetAction(parsed =>
        {
            var a = Bundle.Open(parsed.GetValue(first)!.FullName);
            var b = Second(a, parsed.GetValue(second)!);
            var difference = BundleDifference.Between(a.Manifest, b.Manifest);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(ToJson(a, b, difference));
            else
                Print(a, b, difference, output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Bundle Second(Bundle first, string name)
    {
        var path = Directory.Exists(name) ? name : BundleRollback.Find(first.Place, name).Directory;
        return Bundle.Open(path);
    }

    private static void Print(Bundle a, Bundle b, BundleDifference difference, TextWriter output)
    {
        output.WriteLine($"A  {a.Directory} ({a.Manifest.Id})");
        output.WriteLine($"B  {b.Directory} ({b.Manifest.Id})");
        if (difference.Keys.Count + difference.Files.Count == 0)
        {
            output.WriteLine("the same");
            return;
        }

        var table = new TextTable("", "A", "B", "key");
        foreach (var key in difference.Keys)
            table.Add(Words.GetValueOrDefault(key.Key, ""), Short(key.First), Short(key.Second), key.Key);
        foreach (var file in difference.Files)
            table.Add("file", Presence(file.First), Presence(file.Second), file.Name);
        output.WriteLine();
        table.Write(output);
    }

    private static string Presence(string? hash) => hash is null ? "none" : $"sha256 {hash[..8]}…";

    /// <summary>A value as people read it; a long list by its length.</summary>
    private static string Short(string? json)
    {
        if (json is null)
            return "none";
        using var document = JsonDocument.Parse(json);
        var value = document.RootElement;
        return value.ValueKind switch
        {
            JsonValueKind.String => Cut(value.GetString()!),
            JsonValueKind.Array when json.Length > LongestValue => string.Create(
                CultureInfo.InvariantCulture, $"{value.GetArrayLength()} values"),
            _ => json,
        };
    }

    private static string Cut(string text) => text.Length <= LongestValue ? text : $"{text[..(LongestValue - 1)]}…";

    private static string ToJson(Bundle a, Bundle b, BundleDifference difference) => JsonSerializer.Serialize(
        new
        {
            a = new { directory = a.Directory, id = a.Manifest.Id },
            b = new { directory = b.Directory, id = b.Manifest.Id },
            keys = difference.Keys.Select(key => new { key = key.Key, a = Parse(key.First), b = Parse(key.Second) }),
            files = difference.Files.Select(file => new { name = file.Name, a = file.First, b = file.Second }),
        },
        Indented);

    private static JsonElement? Parse(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
