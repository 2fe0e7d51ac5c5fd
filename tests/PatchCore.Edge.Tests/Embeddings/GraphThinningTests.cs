using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class GraphThinningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Maps_behind_the_thinned_one_have_the_values_of_every_second_position()
    {
        string[] blocks = ["6", "12", "16"];
        BackboneImporter.ImportTensorFlowJs(PretrainedWeights.ModelJson, _folder["dense.onnx"], blocks);
        BackboneImporter.ImportTensorFlowJs(
            PretrainedWeights.ModelJson, _folder["thin.onnx"], blocks, new TrunkImportOptions { ThinAfter = "6" });

        foreach (var (block, channels) in new[] { ("12", 96), ("16", 320) })
        {
            var (dense, side) = Run("dense.onnx", block, channels);
            var (thin, thinSide) = Run("thin.onnx", block, channels);
            Assert.Equal((12, 6), (side, thinSide));
            for (var at = 0; at < thin.Length; at++)
            {
                var (y, x, channel) = (at / channels / 6, at / channels % 6, at % channels);
                // Sums of up to 960 products in another order.
                Assert.Equal(dense[(((2 * y * 12) + (2 * x)) * channels) + channel], thin[at], 1e-3f);
            }
        }

        Assert.Equal(
            Run("dense.onnx", "6", 64).Embedding, Run("thin.onnx", "6", 64).Embedding);
    }

    [Theory]
    [InlineData(3, "1x1")]
    [InlineData(2, "")]
    public void Network_that_is_not_dilated_is_refused(int stride, string dilation)
    {
        var model = Model("test", 17);
        List<AttributeProto> attributes =
            [Attribute("kernel_shape", 3, 3), Attribute("strides", stride, stride), Attribute("pads", 1, 1, 1, 1)];
        if (dilation.Length > 0)
            attributes.Add(Attribute("dilations", 1, 1));
        model.Graph.Node.Add(Node("Relu", ["image"], "map"));
        model.Graph.Node.Add(Node("Conv", ["map", "weights"], "deep", [.. attributes]));

        var e = Assert.Throws<BackboneException>(() => GraphThinning.Apply(model, "map", "net.onnx"));

        Assert.Equal(
            $"Backbone 'net.onnx': cannot thin before 'deep': its dilation is {dilation}, expected an even one and no stride.",
            e.Message);
    }

    [Fact]
    public void Map_that_is_not_there_is_named()
    {
        var e = Assert.Throws<BackboneException>(() => BackboneImporter.ImportTensorFlowJs(
            PretrainedWeights.ModelJson, _folder["b.onnx"], ["6"], new TrunkImportOptions { ThinAfter = "12" }));

        Assert.Contains("there is no map 'expanded_conv_12' from which to thin", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Patch_map_is_kept_in_the_file_of_the_backbone()
    {
        var map = new PatchMap { LayerWeights = [1, 0.25f], Whitening = 1.5, Dimensions = 96 };

        var backbone = BackboneImporter.ImportTensorFlowJs(
            PretrainedWeights.ModelJson, _folder["b.onnx"], ["6", "12"], new TrunkImportOptions { PatchMap = map });

        var read = BackboneModel.Load(backbone.Path).Metadata.PatchMap;
        Assert.Equal([1, 0.25f], read.LayerWeights);
        Assert.Equal((1.5, 96), (read.Whitening, read.Dimensions));
    }

    /// <summary>The map itself, undone of the pooling: patches × channels, and patches along a side.</summary>
    private (float[] Embedding, int Side) Run(string file, string block, int channels)
    {
        const int size = 96;
        var path = _folder["embedding.onnx"];
        EmbeddingGraph.Build(_folder[file], [block], size, size, path);
        var model = OnnxFile.Read(path);
        var pool = model.Graph.Node.Single(node => node.OpType == "AveragePool");
        pool.OpType = "Identity";
        pool.Attribute.Clear();
        OnnxFile.Write(model, path);
        using var session = new EmbeddingSession(path, new ExecutionOptions());
        using var run = session.CreateRun();
        var random = new Random(5);
        foreach (ref var value in run.Tensor)
            value = (2 * (float)random.NextDouble()) - 1;
        run.Execute();
        Assert.Equal(channels, session.Dimension);
        return (run.Embedding.ToArray(), session.GridHeight);
    }
}
