using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Joins several networks into one graph with one image: each gets it at its size and with its normalization, computed
/// inside the graph from the image tensor of the first.
/// </summary>
internal static class EmbeddingEnsemble
{
    /// <summary>Operations that mean the same in every version of the operator set from 11 on.</summary>
    private static readonly HashSet<string> Lasting = new(StringComparer.Ordinal)
    {
        "Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "Constant", "Conv", "Div", "Elu", "Erf", "Gather",
        "GlobalAveragePool", "HardSigmoid", "Identity", "LeakyRelu", "MatMul", "MaxPool", "Mul", "PRelu", "Pow", "Relu",
        "Sigmoid", "Softplus", "Sqrt", "Sub", "Tanh", "Transpose",
    };

    /// <returns>A model whose outputs are the layers of all members, one member after another.</returns>
    /// <exception cref="BackboneException">The members do not go together.</exception>
    public static ModelProto Join(IReadOnlyList<EmbeddingTrunk> members, int width, int height)
    {
        var first = members[0];
        int opset = members.Max(member => member.Backbone.Opset);
        var model = Model("ensemble", opset);
        model.IrVersion = members.Max(member => member.Model.IrVersion);
        model.MetadataProps.AddRange(first.Model.MetadataProps);
        model.Graph.Input.Add(Value(EmbeddingGraph.InputName, Batch(members), 3L, (long)height, (long)width));
        var shared = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < members.Count; i++)
        {
            var member = members[i];
            RequireVersion(member, opset, first);
            JoinDomains(model, member);
            var image = Adapt(model.Graph, opset, member, first, $"member{i}/image", width, height);
            // Members of one file, at several scales, share their weights.
            int owner = Enumerable.Range(0, i).FirstOrDefault(j => SameFile(members[j], member), i);
            var graph = member.Model.Graph;
            var weights = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
            GraphSurgery.Rename(graph, GraphSurgery.Names(graph).ToDictionary(
                name => name,
                name => name == member.Backbone.InputName ? image
                    : weights.Contains(name) ? $"weights{owner}/{name}" : $"member{i}/{name}",
                StringComparer.Ordinal));
            foreach (var node in graph.Node) node.Name = $"member{i}/{node.Name}";
            model.Graph.Node.AddRange(graph.Node);
            model.Graph.Initializer.AddRange(graph.Initializer.Where(t => shared.Add(t.Name)));
            model.Graph.Output.AddRange(graph.Output);
        }

        return model;
    }

    /// <summary>
    /// The image as a member wants it. The image tensor is x = (v · s₀ − m₀) / d₀ of pixels v; a member wants
    /// (v · s − m) / d = x · d₀s / (s₀d) + (m₀s / s₀ − m) / d.
    /// </summary>
    private static string Adapt(
        GraphProto graph, int opset, EmbeddingTrunk member, EmbeddingTrunk first, string name, int width, int height)
    {
        var (has, wants) = (first.Backbone.Metadata, member.Backbone.Metadata);
        var image = EmbeddingGraph.InputName;
        int[] channels = [0, 1, 2];
        if (has.Rgb != wants.Rgb)
        {
            channels = [2, 1, 0];
            graph.Initializer.Add(Tensor($"{name}/order", [2L, 1L, 0L], 3));
            graph.Node.Add(Node("Gather", [image, $"{name}/order"], $"{name}/channels", Attribute("axis", 1L)));
            image = $"{name}/channels";
        }

        float[] scale = [.. channels.Select((from, to) =>
            (float)((double)has.Std[from] * wants.Scale / ((double)has.Scale * wants.Std[to])))];
        float[] shift = [.. channels.Select((from, to) =>
            (float)((((double)has.Mean[from] * wants.Scale / has.Scale) - wants.Mean[to]) / wants.Std[to]))];
        if (scale.Any(s => Math.Abs(s - 1) > 1e-6) || shift.Any(s => Math.Abs(s) > 1e-6))
        {
            graph.Initializer.Add(Tensor($"{name}/scale", scale, 1, 3, 1, 1));
            graph.Initializer.Add(Tensor($"{name}/shift", shift, 1, 3, 1, 1));
            graph.Node.Add(Node("Mul", [image, $"{name}/scale"], $"{name}/scaled"));
            graph.Node.Add(Node("Add", [$"{name}/scaled", $"{name}/shift"], $"{name}/normalized"));
            image = $"{name}/normalized";
        }

        return (member.Width, member.Height) == (width, height)
            ? image
            : EmbeddingResize.Append(graph, opset, image, name, 3, member.Height, member.Width);
    }

    private static object Batch(IReadOnlyList<EmbeddingTrunk> members)
    {
        var sizes = members.Select(member => member.Backbone.FixedBatch).OfType<int>().Distinct().ToList();
        return sizes.Count switch
        {
            0 => "batch",
            1 => (long)sizes[0],
            _ => throw new BackboneException(
                members[^1].Backbone.Path,
                $"the members of the ensemble insist on batches of {string.Join(" and ", sizes)} images."),
        };
    }

    private static void RequireVersion(EmbeddingTrunk member, int opset, EmbeddingTrunk first)
    {
        if (member.Backbone.Opset == opset) return;
        var changed = member.Model.Graph.Node.Select(node => node.OpType).Where(type => !Lasting.Contains(type))
            .Distinct().ToList();
        if (changed.Count > 0)
        {
            throw new BackboneException(
                member.Backbone.Path,
                $"uses ONNX operator set {member.Backbone.Opset}, another member of the ensemble {opset}, and its "
                    + $"{string.Join(", ", changed)} may mean something else there; export both with one opset.");
        }
    }

    private static void JoinDomains(ModelProto model, EmbeddingTrunk member)
    {
        foreach (var set in member.Model.OpsetImport.Where(set => set.Domain is not ("" or "ai.onnx")))
        {
            var known = model.OpsetImport.FirstOrDefault(other => other.Domain == set.Domain);
            if (known is null)
            {
                model.OpsetImport.Add(set);
            }
            else if (known.Version != set.Version)
            {
                throw new BackboneException(
                    member.Backbone.Path,
                    $"uses version {set.Version} of '{set.Domain}', another member of the ensemble {known.Version}.");
            }
        }
    }

    private static bool SameFile(EmbeddingTrunk one, EmbeddingTrunk other) =>
        Path.GetFullPath(one.Backbone.Path) == Path.GetFullPath(other.Backbone.Path);
}
