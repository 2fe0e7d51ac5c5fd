using System.Runtime.InteropServices;
using Google.Protobuf;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Tests.Embeddings;

/// <summary>
/// The graphs that <c>export_backbone.py</c> wrote of real networks, kept without their weights. Those that are filled
/// in are noise of He's scale, the same that <c>Graphs/make_graphs.py</c> gave PyTorch.
/// </summary>
internal static class ExportedGraph
{
    private const int ImageSeed = 9999;

    public static string Write(string network, string path)
    {
        var model = OnnxFile.Read(Path.Combine(AppContext.BaseDirectory, "Embeddings", "Graphs", network + ".onnx"));
        var weights = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        int convolution = 0;
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "Conv"))
        {
            var (weight, bias) = (weights[node.Input[1]], weights[node.Input[2]]);
            Fill(weight, 2 * convolution, (float)Math.Sqrt(6d / weight.Dims.Skip(1).Aggregate(1L, (a, b) => a * b)));
            Fill(bias, (2 * convolution) + 1, 0.1f);
            convolution++;
        }

        OnnxFile.Write(model, path);
        return path;
    }

    /// <summary>An image tensor, 3 × 224 × 224.</summary>
    public static float[] Image() => Noise(ImageSeed, 3 * 224 * 224, 2);

    private static void Fill(TensorProto tensor, int seed, float scale)
    {
        var values = Noise(seed, (int)tensor.Dims.Aggregate(1L, (a, b) => a * b), scale);
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    private static float[] Noise(int seed, int count, float scale)
    {
        var values = new float[count];
        uint salt = (uint)(seed + 1) * 2246822519;
        for (int i = 0; i < count; i++)
        {
            uint h = ((uint)(i + 1) * 2654435761) ^ salt;
            h ^= h >> 15;
            h *= 2246822519;
            h ^= h >> 13;
            values[i] = (float)(((h >> 8) / (double)(1 << 23)) - 1) * scale;
        }

        return values;
    }
}
