using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// The stages of a network by number, whatever its tensors are called: stage n is the last feature map of stride
/// 2^(n + 1), which is the output of layer n of a ResNet.
/// </summary>
internal static class BackboneStages
{
    public const string Prefix = "stage:";

    /// <summary>
    /// What changes values and not what a map is of: an activation, whole or in the pieces that exporters write.
    /// </summary>
    private static readonly HashSet<string> Activations = new(StringComparer.Ordinal)
    {
        "BatchNormalization", "Cast", "Clip", "Div", "Elu", "Gelu", "HardSigmoid", "HardSwish", "Identity",
        "LeakyRelu", "Mish", "Mul", "PRelu", "Relu", "Selu", "Sigmoid", "Softplus", "Tanh",
    };

    /// <summary>
    /// Finds the map of each stage. Only a map that all later ones are computed from can be a stage: inside a block
    /// there are always two ways. Of those the last one counts, unless it is the wide inside of the next block: an
    /// inverted residual (MobileNet, EfficientNet) widens by a 1×1 convolution before it strides, and so do such
    /// networks before their classifier.
    /// </summary>
    /// <param name="graph">A backbone, its nodes sorted topologically.</param>
    /// <param name="input">Name of its image.</param>
    /// <param name="maps">All feature maps for an image of the given size.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <returns>Stage number → map.</returns>
    public static SortedDictionary<int, CandidateTensor> Find(
        GraphProto graph, string input, IEnumerable<CandidateTensor> maps, int height, int width)
    {
        var shapes = maps.ToDictionary(map => map.Name, StringComparer.Ordinal);
        var stages = new SortedDictionary<int, CandidateTensor>();
        var necks = Necks(graph, input);
        for (int stage = 1; stage <= 5; stage++)
        {
            var (rows, columns) = ((double)height / (2 << stage), (double)width / (2 << stage));
            List<NodeProto> ofStage = [.. necks.Where(node =>
                shapes.TryGetValue(node.Output[0], out var map)
                && Math.Abs(map.Shape.Height - rows) < 1 && Math.Abs(map.Shape.Width - columns) < 1)];
            if (ofStage.Count > 0)
                stages[stage] = shapes[BeforeWidening(ofStage, shapes)];
        }

        return stages;
    }

    /// <summary>The number in a name like <c>stage:2</c>.</summary>
    public static bool TryParse(string layer, out int stage)
    {
        stage = 0;
        return layer.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(layer.AsSpan(Prefix.Length), System.Globalization.CultureInfo.InvariantCulture, out stage);
    }

    /// <summary>Nodes after which nothing reads what was there before them, in the order of the graph.</summary>
    private static List<NodeProto> Necks(GraphProto graph, string input)
    {
        var reached = GraphSurgery.Reached(graph, input).ToHashSet(StringComparer.Ordinal);
        reached.Add(input);
        var lastRead = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Node.Count; i++)
            foreach (var name in GraphSurgery.Reads(graph.Node[i])) lastRead[name] = i;

        var necks = new List<NodeProto>();
        // The last node that reads anything computed so far, the newest tensor apart.
        int open = lastRead.GetValueOrDefault(input, -1);
        for (int i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (!node.Output.Any(reached.Contains)) continue;
            if (open <= i) necks.Add(node);
            open = Math.Max(open, node.Output.Max(name => lastRead.GetValueOrDefault(name, -1)));
        }

        return necks;
    }

    private static string BeforeWidening(List<NodeProto> necks, Dictionary<string, CandidateTensor> shapes)
    {
        for (int i = necks.Count - 1; i >= 0; i--)
        {
            var node = necks[i];
            if (Activations.Contains(node.OpType)) continue;
            bool widens = node.OpType == "Conv" && IsPointwise(node)
                && shapes.TryGetValue(node.Input[0], out var from)
                && shapes[node.Output[0]].Shape.Channels > 2 * from.Shape.Channels
                && necks.Any(neck => neck.Output[0] == node.Input[0]);
            return widens ? node.Input[0] : necks[^1].Output[0];
        }

        return necks[^1].Output[0];
    }

    private static bool IsPointwise(NodeProto node) => node.Attribute.All(a => a.Name switch
    {
        "kernel_shape" or "strides" => a.Ints.All(size => size == 1),
        "group" => a.I == 1,
        _ => true,
    });
}
