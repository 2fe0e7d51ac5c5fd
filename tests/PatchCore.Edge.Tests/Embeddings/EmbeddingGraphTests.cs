using PatchCore.Edge.Embeddings;
using static PatchCore.Edge.Tests.Embeddings.NaiveEmbedding;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class EmbeddingGraphTests : IDisposable
{
    private const int Width = 22, Height = 18;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(19)]
    public void Embedding_of_two_maps_equals_the_naive_computation(int opset)
    {
        var backbone = new SyntheticBackbone { Opset = opset };
        var info = Build(backbone, ["shallow", "deep"]);
        Assert.Equal((9, 11, 9), (info.GridHeight, info.GridWidth, info.Dimension));
        var image = SyntheticBackbone.Values(3 * Height * Width, 3);

        var embedding = Embed(image, batch: 1);

        AssertNear(Naive(backbone, image), embedding);
    }

    [Fact]
    public void Embedding_with_the_deeper_layer_first_has_its_grid()
    {
        var backbone = new SyntheticBackbone();
        var info = Build(backbone, ["deep", "shallow"]);
        Assert.Equal((5, 6, 9), (info.GridHeight, info.GridWidth, info.Dimension));
        var image = SyntheticBackbone.Values(3 * Height * Width, 3);
        var shallow = Convolve(Image(image, 3, Height, Width), backbone.ShallowWeights, SyntheticBackbone.Shallow);
        var deep = Convolve(shallow, backbone.DeepWeights, SyntheticBackbone.Deep);

        AssertNear(Patches(Pool(deep), Resize(Pool(shallow), 5, 6)), Embed(image, batch: 1));
    }

    [Fact]
    public void Embedding_of_one_layer_needs_no_resizing()
    {
        var backbone = new SyntheticBackbone();
        Build(backbone, ["shallow"]);

        var model = OnnxFile.Read(_folder["embedding.onnx"]);

        Assert.Equal(["Conv", "AveragePool", "Transpose", "Reshape"], model.Graph.Node.Select(n => n.OpType));
        Assert.DoesNotContain(model.Graph.Initializer, t => t.Name == "w2");
    }

    [Fact]
    public void Embedding_of_a_batch_is_that_of_each_image()
    {
        var backbone = new SyntheticBackbone();
        Build(backbone, ["shallow", "deep"]);
        var first = SyntheticBackbone.Values(3 * Height * Width, 4);
        var second = SyntheticBackbone.Values(3 * Height * Width, 5);

        var embedding = Embed([.. first, .. second], batch: 2);

        AssertNear([.. Naive(backbone, first), .. Naive(backbone, second)], embedding);
    }

    [Fact]
    public void Tensors_with_our_names_make_room()
    {
        var backbone = new SyntheticBackbone();
        var model = backbone.Model();
        GraphSurgery.Rename(model.Graph, "shallow", "image");
        GraphSurgery.Rename(model.Graph, "deep", "embedding");
        OnnxFile.Write(model, _folder["backbone.onnx"]);
        EmbeddingGraph.Build(
            _folder["backbone.onnx"], ["image", "embedding"], Width, Height, _folder["embedding.onnx"]);
        var image = SyntheticBackbone.Values(3 * Height * Width, 3);

        AssertNear(Naive(backbone, image), Embed(image, batch: 1));
    }

    [Fact]
    public void Layer_given_twice_is_refused()
    {
        var e = Assert.Throws<BackboneException>(() => Build(new SyntheticBackbone(), ["deep", "deep"]));

        Assert.Contains("deep, deep", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_unknown_lists_the_candidates_with_shapes()
    {
        var e = Assert.Throws<BackboneException>(() => Build(new SyntheticBackbone { Size = [32L, 48L] }, ["layer9"]));

        Assert.Contains("no tensor 'layer9'", e.Message, StringComparison.Ordinal);
        Assert.Contains("48x32", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("\n  shallow 4x16x24\n  deep 5x8x12", e.Message, StringComparison.Ordinal);
    }

    private EmbeddingGraphInfo Build(SyntheticBackbone backbone, string[] layers) =>
        EmbeddingGraph.Build(
            backbone.Write(_folder["backbone.onnx"]), layers, Width, Height, _folder["embedding.onnx"]);

    private float[] Embed(float[] images, int batch)
    {
        using var session = new EmbeddingSession(_folder["embedding.onnx"], new ExecutionOptions());
        using var run = session.CreateRun(batch);
        images.CopyTo(run.Tensor);
        run.Execute();
        return run.Embedding.ToArray();
    }

    private static double[] Naive(SyntheticBackbone backbone, float[] image)
    {
        var shallow = Convolve(Image(image, 3, Height, Width), backbone.ShallowWeights, SyntheticBackbone.Shallow);
        var deep = Convolve(shallow, backbone.DeepWeights, SyntheticBackbone.Deep);
        return Patches(Pool(shallow), Resize(Pool(deep), shallow.Height, shallow.Width));
    }

    private static void AssertNear(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        // Values are of size 1; single precision keeps seven digits.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5);
    }
}
