using System.Numerics.Tensors;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Tests.Embeddings;

/// <summary>Graphs of real architectures, as PyTorch exports them, from import to embedding.</summary>
public sealed class ExportedBackboneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Expected are values that PyTorch computed with the same weights: <c>Graphs/make_graphs.py</c> prints them. They
    /// are (patch, value) of the first, a left, a middle and the last one, and the standard deviation of all.
    /// </summary>
    [Theory]
    [InlineData(
        "resnet18", 128, 256, 12.765458202271514,
        new[] { 0.42789632081985474, 7.351328372955322, 35.97248458862305, 0.869777262210846 })]
    [InlineData(
        "wide_resnet50_2", 512, 1024, 388.4219334536764,
        new[] { 18.763124465942383, 2.4853153228759766, 0.0, 111.57556915283203 })]
    [InlineData(
        "mobilenet_v3_large", 40, 112, 26.391744856701294,
        new[] { 0.049007609486579895, -1.2228671312332153, -0.5907588005065918, -8.099380493164062 })]
    public void Embedding_of_stages_2_and_3_is_that_of_PyTorch(
        string network, int channels2, int channels3, double deviation, double[] expected)
    {
        var backbone = BackboneImporter.ImportOnnx(
            ExportedGraph.Write(network, _folder["exported.onnx"]), _folder["backbone.onnx"], ["stage:2", "stage:3"]);

        Assert.Equal(network, backbone.Metadata.Name);
        Assert.Null(backbone.FixedBatch);
        var maps = backbone.Candidates().ToDictionary(map => map.Name, map => map.Shape);
        Assert.Equal(
            [(channels2, 28, 28), (channels3, 14, 14)], backbone.Outputs.Select(output => maps[output]));

        var info = EmbeddingGraph.Build(backbone.Path, backbone.Outputs, 224, 224, _folder["embedding.onnx"]);
        int dimension = channels2 + channels3;
        Assert.Equal((28, 28, dimension), (info.GridHeight, info.GridWidth, info.Dimension));

        using var session = new EmbeddingSession(_folder["embedding.onnx"], new ExecutionOptions());
        using var run = session.CreateRun();
        ExportedGraph.Image().CopyTo(run.Tensor);
        run.Execute();
        (int Patch, int Value)[] places = [(0, 0), (392, 1), (406, dimension - 2), (783, dimension - 1)];
        // Single precision over some fifty layers: a few units in the fifth digit of what the values are of.
        foreach (var ((patch, value), wanted) in places.Zip(expected))
            Assert.Equal(wanted, run.Embedding[(patch * dimension) + value], 1e-4 * deviation);
        Assert.Equal(deviation, Deviation(run.Embedding), 1e-4 * deviation);
    }

    [Theory]
    [InlineData("resnet18", 64, 512, "stage1", "stage4")]
    [InlineData("mobilenet_v3_large", 24, 160, "stage1", "stage4")]
    public void Stages_at_the_two_ends_are_the_first_and_the_last_block(
        string network, int channels1, int channels4, string first, string last)
    {
        var backbone = BackboneModel.Load(ExportedGraph.Write(network, _folder["exported.onnx"]));

        Assert.Equal((first, last), (backbone.Layer("stage:1"), backbone.Layer("stage:4")));
        var maps = backbone.Candidates().ToDictionary(map => map.Name, map => map.Shape);
        Assert.Equal(((channels1, 56, 56), (channels4, 7, 7)), (maps[first], maps[last]));
    }

    private static double Deviation(ReadOnlySpan<float> values)
    {
        double mean = TensorPrimitives.Sum(values) / (double)values.Length, sum = 0;
        foreach (float value in values) sum += (value - mean) * (value - mean);
        return Math.Sqrt(sum / (values.Length - 1));
    }
}
