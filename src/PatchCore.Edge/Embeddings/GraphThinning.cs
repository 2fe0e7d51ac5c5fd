using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Undoes part of the dilation of a network: from one map on, only every second position of a row and of a column is
/// computed. A convolution that is dilated by an even number reads, for these positions, from these positions alone, so
/// that with half the dilation their values are the same, for a quarter of the work.
/// </summary>
internal static class GraphThinning
{
    /// <param name="model">A network, in topological order.</param>
    /// <param name="map">The last map to stay as it is.</param>
    /// <param name="path">For the message of an error.</param>
    /// <exception cref="BackboneException">There is no such map, or what follows is not dilated.</exception>
    public static void Apply(ModelProto model, string map, string path)
    {
        var graph = model.Graph;
        var producer = graph.Node.FirstOrDefault(node => node.Output.Contains(map))
            ?? throw new BackboneException(path, $"there is no map '{map}' from which to thin.");
        var thin = map + "/thin";
        string[] reached = [map, .. GraphSurgery.Reached(graph, map)];
        var convolutions = graph.Node.Where(node => node.OpType == "Conv" && reached.Contains(node.Input[0])).ToArray();
        foreach (var convolution in convolutions)
            Halve(convolution, path);
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == map)
                    node.Input[i] = thin;
            }
        }

        graph.Node.Insert(graph.Node.IndexOf(producer) + 1, Node(
            "MaxPool", [map], thin, Attribute("kernel_shape", 1, 1), Attribute("strides", 2, 2)));
    }

    private static void Halve(NodeProto convolution, string path)
    {
        if (Values(convolution, "kernel_shape").All(size => size == 1))
            return;
        var (dilations, pads) = (Values(convolution, "dilations"), Values(convolution, "pads"));
        if (dilations.Count == 0 || dilations.Concat(pads).Any(value => value % 2 != 0)
            || Values(convolution, "strides").Any(stride => stride != 1))
        {
            throw new BackboneException(
                path,
                $"cannot thin before '{convolution.Output[0]}': its dilation is {string.Join('x', dilations)}, "
                    + "expected an even one and no stride.");
        }

        foreach (var values in (ReadOnlySpan<Google.Protobuf.Collections.RepeatedField<long>>)[dilations, pads])
        {
            for (var i = 0; i < values.Count; i++)
                values[i] /= 2;
        }
    }

    private static Google.Protobuf.Collections.RepeatedField<long> Values(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.Ints ?? [];
}
