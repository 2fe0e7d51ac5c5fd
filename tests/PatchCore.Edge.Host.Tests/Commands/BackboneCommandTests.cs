using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Tests.Commands;

public sealed class BackboneCommandTests(TrainedBundle trained) : IClassFixture<TrainedBundle>
{
    [Fact]
    public async Task Import_writes_the_normalization_that_its_options_say()
    {
        var target = Path.Combine(trained.Dataset, "normalized.onnx");

        var (code, output, errors) = await HostProcess.RunAsync(
            "backbone", "import", trained.Backbone, "--out", target, "--outputs", "6", "--name", "mine",
            "--mean", "0.5,0.25,-1e-3", "--std", "0.1,0.2,0.3", "--scale", "0.0078125", "--color", "bgr");

        Assert.Equal((0, ""), (code, errors));
        Assert.Matches($"^{target}: mine, [0-9.]+ MB, outputs expanded_conv_6\n$", output);
        var read = BackboneModel.Load(target).Metadata;
        Assert.Equal(("mine", 1f / 128, false), (read.Name, read.Scale, read.Rgb));
        Assert.Equal([0.5f, 0.25f, -0.001f], read.Mean);
        Assert.Equal([0.1f, 0.2f, 0.3f], read.Std);
    }

    [Fact]
    public async Task Import_keeps_what_the_file_says_and_no_option_does()
    {
        var target = Path.Combine(trained.Dataset, "renamed.onnx");

        var (code, _, errors) = await HostProcess.RunAsync(
            "backbone", "import", trained.Backbone, "--out", target, "--outputs", "stage:2", "--name", "mine");

        Assert.Equal((0, ""), (code, errors));
        var (expected, read) = (BackboneModel.Load(trained.Backbone).Metadata, BackboneModel.Load(target).Metadata);
        // MobileNetV2 takes −1..1; ImageNet's mean, which holds where nothing is said, is another.
        Assert.NotEqual(new BackboneMetadata().Mean, expected.Mean);
        Assert.Equal(expected.Mean, read.Mean);
        Assert.Equal(expected.Std, read.Std);
        Assert.Equal((expected.Scale, "mine", expected.Source), (read.Scale, read.Name, read.Source));
    }

    [Fact]
    public async Task Bundle_of_an_imported_backbone_is_trained_and_inspects_with_its_normalization()
    {
        var backbone = Path.Combine(trained.Dataset, "dark.onnx");
        var target = Path.Combine(trained.Dataset, "dark");
        await HostProcess.RunAsync(
            "backbone", "import", trained.Backbone, "--out", backbone, "--outputs", "stage:1,stage:2",
            "--mean", "0.1,0.2,0.3", "--std", "1,1,1", "--scale", "0.5");

        var train = await HostProcess.RunAsync(
            "train", "--good", Path.Combine(trained.Dataset, "train", "good"), "--out", target, "--backbone", backbone,
            "--size", "64", "--layers", "stage:2,stage:1", "--coreset-ratio", "0.05");
        var inspect = await HostProcess.RunAsync(
            "inspect", Path.Combine(trained.Dataset, "test", "good"), "--bundle", target);

        Assert.Equal((0, "", 0, ""), (train.Code, train.Errors, inspect.Code, inspect.Errors));
        var manifest = Bundle.Open(target).Manifest;
        Assert.Equal([0.1f, 0.2f, 0.3f], manifest.Preprocessing.Mean);
        Assert.Equal([1f, 1f, 1f], manifest.Preprocessing.Std);
        Assert.Equal(0.5f, manifest.Preprocessing.Scale);
        Assert.Equal(["expanded_conv_12", "expanded_conv_2"], manifest.Embedding.Layers);
        Assert.Equal((8, 8, 120), (
            manifest.Embedding.GridHeight, manifest.Embedding.GridWidth, manifest.Embedding.Dimension));
    }

    [Theory]
    [InlineData("--mean", "0.5,0.5", "--mean found '0.5,0.5', expected three numbers, like 0.5,0.5,0.5")]
    [InlineData("--mean", "0.5,0.5,nan", "--mean found '0.5,0.5,nan', expected three numbers")]
    [InlineData("--std", "1,1,0", "--std found '1,1,0', expected three numbers above 0")]
    [InlineData("--scale", "0", "--scale is not above 0")]
    [InlineData("--color", "gray", "gray")]
    public async Task Import_with_a_normalization_that_cannot_be_is_refused(
        string option, string value, string expected)
    {
        var target = Path.Combine(trained.Dataset, "refused.onnx");

        var (code, output, errors) = await HostProcess.RunAsync(
            "backbone", "import", trained.Backbone, "--out", target, "--outputs", "6", option, value);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public async Task Import_of_the_pretrained_trunk_has_its_normalization()
    {
        var folder = trained.Write("model.json", "{}");
        var target = Path.Combine(trained.Dataset, "refused.onnx");

        var (code, _, errors) = await HostProcess.RunAsync(
            "backbone", "import", folder, "--out", target, "--outputs", "6", "--mean", "0,0,0");

        Assert.Equal(2, code);
        Assert.Contains("a TensorFlow.js MobileNetV2 has its normalization", errors, StringComparison.Ordinal);
    }
}
