using System.Numerics.Tensors;
using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>Linear maps of patches, written behind an embedding graph, so that whatever runs it applies them.</summary>
internal static class EmbeddingTransform
{
    /// <summary>Appends x · weights + bias for each patch x.</summary>
    public static void AppendAffine(
        ModelProto model, EmbeddingGraphInfo graph, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        if (bias.IsEmpty || weights.Length != (long)graph.Dimension * bias.Length)
        {
            throw new ArgumentException(
                $"{weights.Length} weights and {bias.Length} biases, "
                    + $"expected {graph.Dimension} (the embedding's dimension) weights for each bias");
        }

        RequireFinite(weights, bias);
        var (from, to) = Open(model.Graph);
        model.Graph.Initializer.Add(Tensor($"{to}/weights", weights, graph.Dimension, bias.Length));
        model.Graph.Initializer.Add(Tensor($"{to}/bias", bias, bias.Length));
        model.Graph.Node.Add(Node("MatMul", [from, $"{to}/weights"], $"{to}/product"));
        model.Graph.Node.Add(Node("Add", [$"{to}/product", $"{to}/bias"], EmbeddingGraph.OutputName));
        Close(model.Graph, graph, bias.Length);
    }

    /// <summary>Appends x ∘ scale + shift for each patch x, value by value.</summary>
    public static void AppendScale(
        ModelProto model, EmbeddingGraphInfo graph, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift)
    {
        if (scale.Length != graph.Dimension || shift.Length != graph.Dimension)
        {
            throw new ArgumentException(
                $"{scale.Length} scales and {shift.Length} shifts, "
                    + $"expected {graph.Dimension} of each, the embedding's dimension");
        }

        RequireFinite(scale, shift);
        var (from, to) = Open(model.Graph);
        model.Graph.Initializer.Add(Tensor($"{to}/scale", scale, scale.Length));
        model.Graph.Initializer.Add(Tensor($"{to}/shift", shift, shift.Length));
        model.Graph.Node.Add(Node("Mul", [from, $"{to}/scale"], $"{to}/product"));
        model.Graph.Node.Add(Node("Add", [$"{to}/product", $"{to}/shift"], EmbeddingGraph.OutputName));
        Close(model.Graph, graph, graph.Dimension);
    }

    /// <summary>What was the output gets a name of its own, under which it is read, and a place for what
    /// follows.</summary>
    private static (string From, string To) Open(GraphProto graph)
    {
        var taken = GraphSurgery.Names(graph);
        int number = 0;
        while (taken.Contains($"transform/{number}/from")) number++;
        var place = $"transform/{number}";
        GraphSurgery.Rename(graph, EmbeddingGraph.OutputName, $"{place}/from");
        foreach (var node in graph.Node.Where(node => node.Name == EmbeddingGraph.OutputName))
            node.Name = $"{place}/from";
        return ($"{place}/from", place);
    }

    private static void Close(GraphProto graph, EmbeddingGraphInfo info, int dimension)
    {
        object batch = info.FixedBatch is { } fixedBatch ? (long)fixedBatch : "batch";
        graph.Output.Clear();
        graph.Output.Add(Value(
            EmbeddingGraph.OutputName, batch, (long)info.GridHeight * info.GridWidth, (long)dimension));
    }

    private static void RequireFinite(ReadOnlySpan<float> factors, ReadOnlySpan<float> offsets)
    {
        // The largest magnitude is NaN if any value is.
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude(factors))
            || !float.IsFinite(TensorPrimitives.MaxMagnitude(offsets)))
        {
            throw new ArgumentException("a value is not finite");
        }
    }
}
