using System.Text.Json;

namespace PatchCore.Edge.Host.Tests.Commands;

/// <summary>The program as a user calls it: output, errors, exit codes.</summary>
public sealed class CommandTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>
{
    [Fact]
    public async Task Train_then_verify_then_inspect_works_from_the_command_line()
    {
        var target = Path.Combine(bundle.Dataset, "trained");
        var train = await HostProcess.RunAsync(
            "train", "--good", Path.Combine(bundle.Dataset, "train", "good"), "--out", target,
            "--backbone", bundle.Backbone, "--size", "96", "--layers", "6,12", "--coreset-ratio", "0.05");
        Assert.Equal((0, ""), (train.Code, train.Errors));
        Assert.Contains("embedding: 12 of 12 frames", train.Output, StringComparison.Ordinal);
        Assert.Contains("good frames   12\n", train.Output, StringComparison.Ordinal);

        var verify = await HostProcess.RunAsync("bundle", "verify", target);
        Assert.Equal((0, ""), (verify.Code, verify.Errors));
        Assert.Contains("images      96x96, grid 12x12, 160 dimensions", verify.Output, StringComparison.Ordinal);

        var heatmaps = Path.Combine(bundle.Dataset, "heatmaps");
        var inspect = await HostProcess.RunAsync(
            "inspect", Path.Combine(bundle.Dataset, "test", "missing_hole"), "--bundle", target, "--json",
            "--heatmaps", heatmaps);
        Assert.Equal((0, ""), (inspect.Code, inspect.Errors));
        using var json = JsonDocument.Parse(inspect.Output);
        var image = Assert.Single(json.RootElement.GetProperty("images").EnumerateArray());
        Assert.Equal("FAIL", image.GetProperty("verdict").GetString());
        Assert.True(image.GetProperty("score").GetDouble() > json.RootElement.GetProperty("threshold").GetDouble());
        Assert.True(File.Exists(Path.Combine(heatmaps, "000.jpg")));
        Assert.InRange(image.GetProperty("normalizedScore").GetSingle(), 0.5001f, 1f);
        var region = image.GetProperty("defects").GetProperty("regions")[0];
        Assert.InRange(region.GetProperty("box").GetProperty("x").GetInt32(), 0, 319);
        Assert.True(region.GetProperty("area").GetDouble() > 0);
    }

    [Fact]
    public async Task Inspect_of_an_unreadable_image_prints_error_and_exits_with_1()
    {
        var broken = bundle.Write("broken.png", "not a picture");

        var (code, output, _) = await HostProcess.RunAsync("inspect", broken, "--bundle", bundle.Bundle);

        Assert.Equal(1, code);
        Assert.Contains("ERROR", output, StringComparison.Ordinal);
        Assert.Contains("1 inspected: 0 PASS, 0 FAIL, 1 ERROR", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_writes_a_table_and_the_same_as_json()
    {
        var file = Path.Combine(bundle.Dataset, "report.json");

        var (code, output, _) = await HostProcess.RunAsync(
            "evaluate", bundle.Dataset, "--bundle", bundle.Bundle, "--json", file);

        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        Assert.Equal(2, json.RootElement.GetProperty("total").GetProperty("good").GetInt32());
        Assert.Equal(6, json.RootElement.GetProperty("total").GetProperty("defective").GetInt32());
        Assert.Equal(8, json.RootElement.GetProperty("images").GetArrayLength());
        var row = output.Split('\n').Single(line => line.StartsWith("all ", StringComparison.Ordinal));
        var auroc = json.RootElement.GetProperty("total").GetProperty("imageAuroc").GetDouble();
        Assert.Contains(
            auroc.ToString("F4", System.Globalization.CultureInfo.InvariantCulture), row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_configuration_lists_every_error_and_exits_with_2()
    {
        var file = bundle.Write("wrong.json", """{ "Station": { "Nmae": "x" }, "Mqtt": { "Port": "many" } }""");

        var (code, _, errors) = await HostProcess.RunAsync("run", "--config", file, "--check", "--Mqtt:Host=");

        Assert.Equal(2, code);
        Assert.Equal(
            $"""
            patchcore-edge: {file}: 5 errors
              Station:Name is missing, expected a name of letters, digits, '-', '_' and '.', at most 64
              Station:Nmae is an unknown key; did you mean Name?
              Mqtt:Host found '', expected the broker's host name or address
              Mqtt:Port found 'many', expected a whole number from 1 to 65535
              Cameras is missing, expected at least one camera, by name

            """,
            errors);
    }

    [Fact]
    public async Task Training_in_little_memory_says_what_it_kept_and_what_it_took()
    {
        var train = await HostProcess.RunAsync(
            "train", "--good", Path.Combine(bundle.Dataset, "train", "good"),
            "--out", Path.Combine(bundle.Dataset, "small"), "--backbone", bundle.Backbone, "--size", "96",
            "--memory", "1", "--bank-max", "60", "--projection", "32", "--bank-latency", "10000");

        Assert.Equal((0, ""), (train.Code, train.Errors));
        Assert.Matches(
            @"(?m)^memory bank   60 of 1728 patches, 160 dimensions, searched in [\d.]+ of 10000 ms for 144 patches$",
            train.Output);
        Assert.Matches(
            @"(?m)^coverage      no patch is farther than [\d.]+ from the bank: [\d.]+ \+ [\d.]+ in two levels, "
                + @"by way of \d+ patches$",
            train.Output);
        Assert.Matches(@"(?m)^peak memory   [1-9]\d+ MiB$", train.Output);
    }

    [Theory]
    [InlineData("train", "Option '--good' is required.")]
    [InlineData("train --good /nowhere --out /tmp/never --size big", "--size found 'big', expected a number like 224, or width x height like 320x240")]
    [InlineData("inspect /nowhere.png --bundle /nowhere", "found no file or folder /nowhere.png")]
    [InlineData("watch --broker here:port", "--broker found 'here:port', expected host or host:port")]
    [InlineData("run --config /nowhere.json Mqtt:Port=1", "found 'Mqtt:Port=1', expected an option or --Section:Key=value")]
    [InlineData("backbone import /nowhere.onnx --out x.onnx --outputs a", "found no file /nowhere.onnx")]
    [InlineData("frobnicate", "'frobnicate'")]
    public async Task Wrong_usage_is_told_and_exits_with_2(string arguments, string expected)
    {
        var (code, output, errors) = await HostProcess.RunAsync(arguments.Split(' '));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
