using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Host.Tests.Commands;

public sealed class EnsembleTests(TrainedBundle trained) : IClassFixture<TrainedBundle>
{
    [Fact]
    public async Task Ensemble_of_two_backbones_at_two_scales_is_trained_and_inspects()
    {
        var other = Path.Combine(trained.Dataset, "other.onnx");
        var target = Path.Combine(trained.Dataset, "ensemble");
        await HostProcess.RunAsync(
            "backbone", "import", trained.Backbone, "--out", other, "--outputs", "stage:1", "--name", "other",
            "--mean", "100,110,120", "--std", "60,60,60", "--scale", "1", "--color", "bgr");

        var train = await HostProcess.RunAsync(
            "train", "--good", Path.Combine(trained.Dataset, "train", "good"), "--out", target, "--size", "64",
            "--backbone", trained.Backbone, "--backbone", other, "--layers", "6,12", "--layers", "stage:1",
            "--scales", "1,0.5", "--coreset-ratio", "0.05");
        var inspect = await HostProcess.RunAsync(
            "inspect", Path.Combine(trained.Dataset, "test", "good"), "--bundle", target);

        Assert.Equal((0, "", 0, ""), (train.Code, train.Errors, inspect.Code, inspect.Errors));
        Assert.Contains("balance: 12 of 12 frames", train.Output, StringComparison.Ordinal);
        var manifest = Bundle.Open(target).Manifest;
        Assert.Equal(
            [("mobilenet-v2", 64, 160), ("mobilenet-v2", 32, 160), ("other", 64, 24), ("other", 32, 24)],
            manifest.Ensemble.Select(member => (member.Backbone.Name, member.Width, member.Dimension)));
        Assert.Equal((8, 8, 368), (
            manifest.Embedding.GridHeight, manifest.Embedding.GridWidth, manifest.Embedding.Dimension));
        Assert.Equal(1, manifest.Ensemble[0].Weight);
        // The other network's patches vary a hundredth to a hundred times as much, if anything.
        Assert.All(manifest.Ensemble, member => Assert.InRange(member.Weight, 0.01f, 100f));
        Assert.NotEqual(1, manifest.Ensemble[2].Weight);
    }

    [Theory]
    [InlineData("--scales found '1,2', expected different numbers above 0, at most 1: 1,0.75", "--scales", "1,2")]
    [InlineData("--scales found '1,1', expected different numbers", "--scales", "1,1")]
    [InlineData("--layers is given 2 times for 1 backbone(s)", "--layers", "6", "--layers", "12")]
    [InlineData("--backbone found no file /nowhere.onnx", "--backbone", "/nowhere.onnx")]
    public async Task Ensemble_that_cannot_be_is_told_and_exits_with_2(string expected, params string[] options)
    {
        var target = Path.Combine(trained.Dataset, "refused");
        string[] backbone = options[0] == "--backbone" ? [] : ["--backbone", trained.Backbone];

        var (code, output, errors) = await HostProcess.RunAsync(
            ["train", "--good", trained.Dataset, "--out", target, .. backbone, .. options]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }
}
