using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Tests.Embeddings;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

/// <summary>A network that takes the logarithm of pixels, which black ones have none of.</summary>
public sealed class BrokenNetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingOptions _options;

    public BrokenNetworkTests()
    {
        var model = new SyntheticBackbone().Model();
        model.Graph.Node[0].Input[0] = "logarithm";
        model.Graph.Node.Insert(0, OnnxNodes.Node("Log", ["pixels"], "logarithm"));
        OnnxFile.Write(model, _folder["graph.onnx"]);
        BackboneImporter.ImportOnnx(_folder["graph.onnx"], _folder["backbone.onnx"], ["shallow"]);
        Directory.CreateDirectory(_folder["good"]);
        for (var i = 0; i < 5; i++)
            Write($"good/{i}.png", 140, i);
        _options = new TrainingOptions
        {
            GoodDirectory = _folder["good"],
            BundleDirectory = _folder["bundle"],
            BackbonePath = _folder["backbone.onnx"],
            Width = 32,
            Height = 32,
        };
    }

    [Fact]
    public void Training_on_a_frame_whose_embedding_is_not_finite_names_it_and_writes_nothing()
    {
        Write("good/3.png", 0, 0);
        var before = Directory.GetFileSystemEntries(_folder.Path);

        var error = Assert.Throws<TrainingException>(
            () => Training.Run(_options, new SilentProgress(), CancellationToken.None));

        Assert.Equal(
            $"{_folder["good/3.png"]}: the network's output has values that are not finite numbers",
            error.Message);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(3)]
    public void Frame_whose_embedding_is_not_finite_is_an_error_however_few_patches_are_broken(int blackRows)
    {
        Training.Run(_options, new SilentProgress(), CancellationToken.None);
        using var model = InspectionModel.Load(_options.BundleDirectory, new ExecutionOptions());
        using var inspector = model.CreateInspector();
        using var frame = NativeImage.Read(_folder["good/1.png"]);
        Assert.Equal(Verdict.Pass, inspector.Inspect(frame).Verdict);
        frame.Pixels[..(3 * 32 * blackRows)].Clear();

        var inspection = inspector.Inspect(frame);

        Assert.Equal(
            (Verdict.Error, "the network's output has values that are not finite numbers"),
            (inspection.Verdict, inspection.Reason));
        Assert.Throws<InvalidOperationException>(() => inspector.Map());
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string name, int value, int seed)
    {
        using var image = NativeImage.Create(32, 32, PixelFormat.Bgr24);
        var random = new Random(seed);
        foreach (ref var pixel in image.Pixels)
            pixel = (byte)(value == 0 ? 0 : value + random.Next(-9, 9));
        image.Write(_folder[name]);
    }
}
