using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Tests.Embeddings;

public sealed class BackboneStagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stage_is_the_last_map_that_all_later_ones_are_computed_from()
    {
        var model = Stem(out var graph);
        // The widened map of the block that strides next has the size of stage 1, and there is a way around it.
        Convolve(graph, "stem-relu", "around", 4, 6, stride: 2);
        Convolve(graph, "stem-relu", "wide", 4, 8, stride: 1);
        graph.Node.Add(Node("Relu", ["wide"], "wide-relu"));
        Convolve(graph, "wide-relu", "narrow", 8, 6, stride: 2);
        graph.Node.Add(Node("Add", ["narrow", "around"], "sum"));
        graph.Node.Add(Node("Relu", ["sum"], "block"));

        var backbone = Load(model, "block");

        Assert.Equal("stem-relu", backbone.Layer("stage:1"));
        Assert.Equal("block", backbone.Layer("stage:2"));
    }

    [Fact]
    public void Stage_is_not_the_widened_map_of_the_next_block()
    {
        var model = Stem(out var graph);
        Convolve(graph, "stem-relu", "wide", 4, 24, stride: 1);
        graph.Node.Add(Node("Sigmoid", ["wide"], "gate"));
        graph.Node.Add(Node("Mul", ["wide", "gate"], "wide-swish"));
        Convolve(graph, "wide-swish", "block", 24, 6, stride: 2);

        var backbone = Load(model, "block");

        Assert.Equal("stem-relu", backbone.Layer("stage:1"));
        Assert.Equal("block", backbone.Layer("stage:2"));
    }

    [Fact]
    public void Stages_of_the_pretrained_backbone_are_its_last_blocks_of_a_stride()
    {
        // Its trunk is dilated: nothing is smaller than 1/8 of the image.
        var backbone = BackboneImporter.ImportTensorFlowJs(
            PretrainedWeights.ModelJson, _folder["backbone.onnx"], ["12"]);

        Assert.Equal("expanded_conv_2", backbone.Layer("stage:1"));
        Assert.Equal("expanded_conv_12", backbone.Layer("stage:2"));
    }

    [Fact]
    public void Stage_unknown_lists_the_stages_that_there_are()
    {
        var model = Stem(out var graph);
        Convolve(graph, "stem-relu", "block", 4, 6, stride: 2);
        var backbone = Load(model, "block");

        var e = Assert.Throws<BackboneException>(() => backbone.Layer("stage:3"));

        Assert.EndsWith(
            "there is no stage 3, a map of 1/16 of the image. Stages at 224x224 (channels x height x width):"
                + "\n  stage:1 is stem-relu 4x56x56\n  stage:2 is block 6x28x28",
            e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stages_in_any_order_make_an_embedding_on_the_grid_of_the_first()
    {
        var model = Stem(out var graph);
        Convolve(graph, "stem-relu", "block", 4, 6, stride: 2);
        Load(model, "block");

        var info = EmbeddingGraph.Build(
            _folder["backbone.onnx"], ["stage:2", "stage:1"], 64, 48, _folder["embedding.onnx"]);

        Assert.Equal(["block", "stem-relu"], info.Layers);
        Assert.Equal((6, 8, 10), (info.GridHeight, info.GridWidth, info.Dimension));
    }

    private BackboneModel Load(ModelProto model, string output)
    {
        model.Graph.Output.Add(Value(output, "n", 6L, "h", "w"));
        OnnxFile.Write(model, _folder["backbone.onnx"]);
        return BackboneModel.Load(_folder["backbone.onnx"]);
    }

    /// <summary>image → <c>stem</c> → <c>stem-relu</c>: 4 channels, 1/4 of the image.</summary>
    private static ModelProto Stem(out GraphProto graph)
    {
        var model = Model("stages", 17);
        graph = model.Graph;
        graph.Input.Add(Value("image", "n", 3L, "h", "w"));
        Convolve(graph, "image", "stem", 3, 4, stride: 4);
        graph.Node.Add(Node("Relu", ["stem"], "stem-relu"));
        return model;
    }

    private static void Convolve(GraphProto graph, string from, string to, int channels, int filters, int stride)
    {
        graph.Initializer.Add(
            Tensor($"{to}-weights", SyntheticBackbone.Values(channels * filters, 1), filters, channels, 1, 1));
        graph.Node.Add(Node("Conv", [from, $"{to}-weights"], to, Attribute("strides", stride, stride)));
    }
}
