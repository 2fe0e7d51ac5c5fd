using Google.Protobuf.Collections;
using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Embeddings;

/// <summary>Cuts and renames in an ONNX graph.</summary>
internal static class GraphSurgery
{
    /// <summary>
    /// Makes <paramref name="outputs"/> the outputs of the graph and removes every node, weight and input that they do
    /// not need. Declared intermediate shapes go too: they may no longer hold.
    /// </summary>
    public static void CutTo(GraphProto graph, IReadOnlyList<string> outputs)
    {
        var needed = new HashSet<string>(outputs, StringComparer.Ordinal);
        var kept = new Stack<NodeProto>();
        // Nodes are sorted topologically, so that one walk backward meets every consumer before its producer.
        for (int i = graph.Node.Count - 1; i >= 0; i--)
        {
            var node = graph.Node[i];
            if (!node.Output.Any(needed.Contains)) continue;
            kept.Push(node);
            AddReads(node, needed);
        }

        graph.Node.Clear();
        graph.Node.AddRange(kept);
        Keep(graph.Initializer, t => needed.Contains(t.Name));
        var weights = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        // Old files list their weights among the inputs as well.
        Keep(graph.Input, v => needed.Contains(v.Name) && !weights.Contains(v.Name));
        graph.ValueInfo.Clear();
        graph.Output.Clear();
        graph.Output.AddRange(outputs.Select(name => new ValueInfoProto { Name = name }));
    }

    /// <summary>Inputs that a caller has to feed.</summary>
    public static IReadOnlyList<ValueInfoProto> FedInputs(GraphProto graph)
    {
        var weights = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        return [.. graph.Input.Where(v => !weights.Contains(v.Name))];
    }

    /// <summary>Renames a tensor wherever it is written or read, in the bodies of If and Loop too.</summary>
    public static void Rename(GraphProto graph, string from, string to) =>
        Rename(graph, new Dictionary<string, string>(StringComparer.Ordinal) { [from] = to });

    /// <summary>Renames tensors, old name → new name.</summary>
    public static void Rename(GraphProto graph, IReadOnlyDictionary<string, string> names)
    {
        foreach (var node in graph.Node)
        {
            Rename(node.Input, names);
            Rename(node.Output, names);
            foreach (var body in Bodies(node)) Rename(body, names);
        }

        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            value.Name = names.GetValueOrDefault(value.Name, value.Name);
        foreach (var tensor in graph.Initializer)
            tensor.Name = names.GetValueOrDefault(tensor.Name, tensor.Name);
    }

    /// <summary>Tensors that depend on <paramref name="input"/>, in the order of the graph.</summary>
    public static IReadOnlyList<string> Reached(GraphProto graph, string input)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { input };
        var order = new List<string>();
        foreach (var node in graph.Node)
        {
            if (Reads(node).Overlaps(reached))
                order.AddRange(node.Output.Where(name => name.Length > 0 && reached.Add(name)));
        }

        return order;
    }

    /// <summary>Every tensor name of the graph.</summary>
    public static HashSet<string> Names(GraphProto graph) =>
    [
        .. graph.Node.SelectMany(n => n.Output.Concat(n.Input)).Where(name => name.Length > 0),
        .. graph.Input.Select(v => v.Name),
        .. graph.Initializer.Select(t => t.Name),
    ];

    /// <summary>Tensors that a node reads, in the bodies of If and Loop too.</summary>
    public static HashSet<string> Reads(NodeProto node)
    {
        var reads = new HashSet<string>(StringComparer.Ordinal);
        AddReads(node, reads);
        return reads;
    }

    private static void AddReads(NodeProto node, HashSet<string> needed)
    {
        foreach (var name in node.Input)
            if (name.Length > 0) needed.Add(name);
        foreach (var body in Bodies(node))
        {
            // A body reads tensors of the graph around it by name; its own names only make the set larger.
            foreach (var output in body.Output) needed.Add(output.Name);
            foreach (var inner in body.Node) AddReads(inner, needed);
        }
    }

    private static IEnumerable<GraphProto> Bodies(NodeProto node) =>
        node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G));

    private static void Rename(RepeatedField<string> tensors, IReadOnlyDictionary<string, string> names)
    {
        for (int i = 0; i < tensors.Count; i++)
            tensors[i] = names.GetValueOrDefault(tensors[i], tensors[i]);
    }

    private static void Keep<T>(RepeatedField<T> items, Func<T, bool> keep)
    {
        var kept = items.Where(keep).ToList();
        items.Clear();
        items.AddRange(kept);
    }
}
