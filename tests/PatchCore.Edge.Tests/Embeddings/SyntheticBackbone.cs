using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Tests.Embeddings;

/// <summary>
/// A backbone that a test can compute by hand: <c>shallow</c> is a 1×1 convolution with stride 2, <c>deep</c> a 1×1
/// convolution of it with stride 2, <c>head</c> a global average of that.
/// </summary>
internal sealed class SyntheticBackbone
{
    public const int Shallow = 4;
    public const int Deep = 5;

    public float[] ShallowWeights { get; } = Values(Shallow * 3, 1);

    public float[] DeepWeights { get; } = Values(Deep * Shallow, 2);

    public string Input { get; init; } = "pixels";

    public int Opset { get; init; } = 17;

    public object Batch { get; init; } = "n";

    public object[] Size { get; init; } = ["h", "w"];

    public ModelProto Model()
    {
        var model = OnnxNodes.Model("synthetic", Opset);
        var graph = model.Graph;
        graph.Input.Add(Value(Input, Batch, 3L, Size[0], Size[1]));
        graph.Initializer.Add(Tensor("w1", ShallowWeights, Shallow, 3, 1, 1));
        graph.Initializer.Add(Tensor("w2", DeepWeights, Deep, Shallow, 1, 1));
        graph.Node.Add(Node("Conv", [Input, "w1"], "shallow", Attribute("strides", 2, 2)));
        graph.Node.Add(Node("Conv", ["shallow", "w2"], "deep", Attribute("strides", 2, 2)));
        graph.Node.Add(Node("GlobalAveragePool", ["deep"], "head"));
        graph.Output.Add(Value("head", Batch, (long)Deep, 1L, 1L));
        return model;
    }

    public string Write(string path)
    {
        OnnxFile.Write(Model(), path);
        return path;
    }

    /// <summary>Reproducible values between −1 and 1.</summary>
    public static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
