using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>Bilinear resizing inside an ONNX graph.</summary>
internal static class EmbeddingResize
{
    /// <summary>
    /// Appends a Resize of a map (N × channels × any × any) to the given grid. Sizes rather than scales: a scale such
    /// as 33/17 is not exact in single precision and may round down to 32. The batch size, which sizes must name too,
    /// is taken from the image.
    /// </summary>
    /// <returns>Name of the resized map, below <paramref name="place"/> as all that is added.</returns>
    public static string Append(
        GraphProto graph, int opset, string map, string place, int channels, int gridHeight, int gridWidth)
    {
        const string batch = "patches/batch";
        if (graph.Node.All(n => n.Name != batch))
        {
            graph.Initializer.Add(Tensor("patches/zero", [0L], 1));
            graph.Initializer.Add(Tensor("patches/one", [1L], 1));
            graph.Node.Add(Node("Shape", [EmbeddingGraph.InputName], "patches/image-shape"));
            graph.Node.Add(Node("Slice", ["patches/image-shape", "patches/zero", "patches/one"], batch));
            // Until opset 13 the region and the scales cannot be left out, only be empty.
            if (opset < 13) graph.Initializer.Add(Tensor("patches/none", ReadOnlySpan<float>.Empty, 0));
        }

        graph.Initializer.Add(Tensor(place + "/grid", [channels, gridHeight, (long)gridWidth], 3));
        graph.Node.Add(Node("Concat", [batch, place + "/grid"], place + "/sizes", Attribute("axis", 0L)));
        var none = opset < 13 ? "patches/none" : "";
        graph.Node.Add(Node(
            "Resize", [map, none, none, place + "/sizes"], place + "/resized",
            Attribute("mode", "linear"), Attribute("coordinate_transformation_mode", "half_pixel")));
        return place + "/resized";
    }
}
