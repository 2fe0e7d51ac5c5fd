using System.Text.Json;
using System.Xml.Linq;
using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Host.Tests.Commands;

/// <summary>The life of a bundle as a user leads it.</summary>
public sealed class BankCommandTests(TrainedBundle trained) : IClassFixture<TrainedBundle>
{
    [Fact]
    public async Task Bundle_grows_is_looked_into_compared_and_rolled_back()
    {
        var good = Path.Combine(trained.Dataset, "test", "good");
        var first = Bundle.Open(trained.Bundle).Manifest;
        var vectors = first.Index.Count;

        var dry = await HostProcess.RunAsync("bank", "add", trained.Bundle, "--good", good, "--dry-run");
        Assert.Equal((0, ""), (dry.Code, dry.Errors));
        Assert.EndsWith("dry run: nothing was written\n", dry.Output, StringComparison.Ordinal);
        Assert.Equal(first.Id, Bundle.Open(trained.Bundle).Manifest.Id);

        var add = await HostProcess.RunAsync("bank", "add", trained.Bundle, "--good", good);
        var second = Bundle.Open(trained.Bundle).Manifest;
        Assert.Equal((0, ""), (add.Code, add.Errors));
        Assert.Contains("added         2 good frames, 512 patches\n", add.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"memory bank   {vectors} → {second.Index.Count} vectors\n", add.Output, StringComparison.Ordinal);
        Assert.Contains($"({second.Id}); a running service goes on", add.Output, StringComparison.Ordinal);

        var again = await HostProcess.RunAsync("bank", "add", trained.Bundle, "--good", good);
        Assert.Contains($"in the bank already: {good}/000.png\n", again.Output, StringComparison.Ordinal);
        Assert.EndsWith("nothing to add: the bundle stays as it is\n", again.Output, StringComparison.Ordinal);

        var list = await HostProcess.RunAsync("bundle", "list", Path.GetDirectoryName(trained.Bundle)!);
        Assert.Equal((0, ""), (list.Code, list.Errors));
        var rows = list.Output.Split('\n');
        Assert.Matches($"^bundle  in place  {second.Id}  .* add  .* {second.Index.Count}  .* whole$", rows[2]);
        Assert.Matches($"^bundle  kept      {first.Id}  .* train  .* {vectors}  .* whole$", rows[3]);

        var diff = await HostProcess.RunAsync("bundle", "diff", trained.Bundle, first.Id);
        Assert.Equal((0, ""), (diff.Code, diff.Errors));
        Assert.Matches("good frames +14 +12 +coreset.frames\n", diff.Output);
        Assert.Matches("file +sha256 .{8}… +sha256 .{8}… +bank.faiss\n", diff.Output);
        Assert.DoesNotContain("embedding.onnx", diff.Output, StringComparison.Ordinal);

        var json = await HostProcess.RunAsync("bundle", "diff", trained.Bundle, first.Id, "--json");
        using var document = JsonDocument.Parse(json.Output);
        var frames = document.RootElement.GetProperty("keys").EnumerateArray()
            .Single(key => key.GetProperty("key").GetString() == "coreset.frames");
        Assert.Equal((14, 12), (frames.GetProperty("a").GetInt32(), frames.GetProperty("b").GetInt32()));

        var html = Path.Combine(trained.Dataset, "bank.html");
        var inspect = await HostProcess.RunAsync(
            "bank", "inspect", trained.Bundle, "--html", html, "--pictures", "4");
        Assert.Equal((0, ""), (inspect.Code, inspect.Errors));
        Assert.Contains(
            $"memory bank   {second.Index.Count} vectors of 160 values, flat-l2\n", inspect.Output,
            StringComparison.Ordinal);
        var page = XDocument.Load(html);
        Assert.Equal(3 * 4 * 2, page.Descendants("img").Count());
        Assert.All(page.Descendants("img"), image => Assert.StartsWith(
            "data:image/jpeg;base64,/9j/", image.Attribute("src")!.Value, StringComparison.Ordinal));
        Assert.Equal(
            ["What each good frame gave to the bank", "Farthest from the bank", "Alone in the bank",
                "Nearest to the bank"],
            page.Descendants("h2").Select(heading => heading.Value));

        var unknown = await HostProcess.RunAsync("bundle", "rollback", trained.Bundle, "--to", "v9");
        Assert.Equal(
            (1, $"patchcore-edge: {trained.Bundle}: has no version v9; kept are {first.Id}\n"),
            (unknown.Code, unknown.Errors));

        var rollback = await HostProcess.RunAsync("bundle", "rollback", trained.Bundle);
        Assert.Equal((0, ""), (rollback.Code, rollback.Errors));
        Assert.StartsWith($"in place is {first.Id} of ", rollback.Output, StringComparison.Ordinal);
        Assert.Equal(first.Id, Bundle.Open(trained.Bundle).Manifest.Id);

        await File.AppendAllTextAsync(Path.Combine($"{trained.Bundle}.versions", second.Id, "bank.faiss"), "!");
        var damaged = await HostProcess.RunAsync("bundle", "rollback", trained.Bundle, "--to", second.Id);
        Assert.Equal(1, damaged.Code);
        Assert.Contains("bank.faiss has sha256", damaged.Errors, StringComparison.Ordinal);
        Assert.Equal(first.Id, Bundle.Open(trained.Bundle).Manifest.Id);
        list = await HostProcess.RunAsync("bundle", "list", trained.Bundle);
        Assert.Equal(1, list.Code);
        Assert.Matches($"\nbundle  kept      {second.Id}  .*damaged: bank.faiss has sha256", list.Output);
    }

    [Theory]
    [InlineData("bundle list /nowhere", "found no folder /nowhere")]
    [InlineData("bundle list /usr/share", "found no model bundle in /usr/share")]
    [InlineData("bank inspect /nowhere --pictures 0", "--pictures found 0, expected 1 or more")]
    [InlineData("bank add /nowhere", "Option '--good' is required.")]
    public async Task Wrong_usage_is_told_and_exits_with_2(string arguments, string expected)
    {
        var (code, output, errors) = await HostProcess.RunAsync(arguments.Split(' '));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_input_of_bank_add_is_told_and_exits_with_1()
    {
        var (code, _, errors) = await HostProcess.RunAsync(
            "bank", "add", trained.Bundle, "--good", trained.Bundle, "--max", "1000000");

        Assert.Equal(1, code);
        Assert.Contains($"{trained.Bundle}: found no pictures, expected .png", errors, StringComparison.Ordinal);
    }
}
