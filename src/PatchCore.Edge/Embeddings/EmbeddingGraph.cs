using System.Globalization;
using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Writes the making of patch embeddings (PatchCore, arXiv 2106.08265, section 3.1) into the ONNX graph of a backbone,
/// so that one run of a session gives the finished embedding and nothing travels between a GPU and the host in the
/// middle.
/// </summary>
public static class EmbeddingGraph
{
    public const string InputName = "image";
    public const string OutputName = "embedding";
    private const string GridKey = "grid";
    private const string LayersKey = "layers";

    /// <summary>
    /// Cuts the backbone down to the given layers and appends: average pooling 3×3 (stride 1, padding 1, zeros
    /// counted), bilinear resizing (half-pixel centers) to the grid of the first layer, concatenation of the channels,
    /// one row per patch.
    /// </summary>
    /// <param name="backbonePath">An ONNX backbone.</param>
    /// <param name="layers">Tensors of it; the first one gives the grid.</param>
    /// <param name="width">Image width in pixels, fixed in the result.</param>
    /// <param name="height">Image height in pixels, fixed in the result.</param>
    /// <param name="outPath">ONNX file to write.</param>
    /// <exception cref="BackboneException">The file is no backbone, a layer is unknown or no float map, or it does not
    /// run at that size.</exception>
    public static EmbeddingGraphInfo Build(
        string backbonePath, IReadOnlyList<string> layers, int width, int height, string outPath) =>
        Build([new EmbeddingMember(backbonePath, layers)], width, height, outPath);

    /// <summary>
    /// The embedding of an ensemble: the values of a patch are those of all members, one after another, on the grid of
    /// the first member's first layer. The image tensor is normalized for the first member.
    /// </summary>
    /// <param name="members">One or more.</param>
    /// <param name="width">Image width in pixels, fixed in the result.</param>
    /// <param name="height">Image height in pixels, fixed in the result.</param>
    /// <param name="outPath">ONNX file to write.</param>
    /// <exception cref="BackboneException">A file is no backbone, a layer is unknown or no float map, it does not run
    /// at its size, or the members do not go together.</exception>
    public static EmbeddingGraphInfo Build(
        IReadOnlyList<EmbeddingMember> members, int width, int height, string outPath)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfZero(members.Count, nameof(members));
        EmbeddingTrunk[] trunks = [.. members.Select(member => EmbeddingTrunk.Cut(member, width, height))];
        EmbeddingTrunk.Map[] maps = [.. trunks.SelectMany(trunk => trunk.Maps)];
        var model = trunks.Length == 1 ? trunks[0].Model : EmbeddingEnsemble.Join(trunks, width, height);
        if (trunks.Length == 1) ReserveNames(model.Graph, trunks[0].Backbone.InputName);
        var batch = model.Graph.Input[0].Type.TensorType.Shape.Dim[0];
        int? fixedBatch = batch.HasDimValue ? (int)batch.DimValue : null;

        Append(model, trunks.Max(trunk => trunk.Backbone.Opset), maps, fixedBatch is { } size ? (long)size : "batch");
        var info = new EmbeddingGraphInfo(
            InputName, OutputName, [.. maps.Select(map => map.Name)], width, height, maps[0].Height, maps[0].Width,
            maps.Sum(map => map.Channels), fixedBatch)
        {
            Members = [.. trunks.Zip(members, (trunk, member) => new EmbeddingMemberInfo(
                member.BackbonePath, [.. trunk.Maps.Select(map => map.Name)], trunk.Width, trunk.Height,
                trunk.Dimension))],
            Channels = [.. maps.Select(map => map.Channels)],
        };
        BackboneMetadata.Set(
            model.MetadataProps, GridKey,
            string.Create(CultureInfo.InvariantCulture, $"{info.GridHeight}x{info.GridWidth}"));
        BackboneMetadata.Set(model.MetadataProps, LayersKey, string.Join('\n', info.Layers));
        OnnxFile.Write(model, outPath);
        return info;
    }

    /// <summary>
    /// Appends a linear map of each patch x of an embedding graph: x · <paramref name="weights"/> +
    /// <paramref name="bias"/>, such as a whitening or a projection. Maps may follow one another.
    /// </summary>
    /// <param name="path">An embedding graph.</param>
    /// <param name="weights">Dimension × k, row-major.</param>
    /// <param name="bias">k values; the dimension of the result.</param>
    /// <param name="outPath">ONNX file to write; may be <paramref name="path"/>.</param>
    /// <exception cref="BackboneException">The file is no embedding graph.</exception>
    /// <exception cref="ArgumentException">Weights of another size, or a value that is not finite.</exception>
    public static EmbeddingGraphInfo AppendAffine(
        string path, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, string outPath)
    {
        var model = OnnxFile.Read(path);
        EmbeddingTransform.AppendAffine(model, Read(model, path), weights, bias);
        OnnxFile.Write(model, outPath);
        return Read(model, path);
    }

    /// <summary>
    /// Appends x ∘ <paramref name="scale"/> + <paramref name="shift"/>, value by value: the same as
    /// <see cref="AppendAffine"/> by a diagonal matrix, for the cost of one pass.
    /// </summary>
    /// <param name="path">An embedding graph.</param>
    /// <param name="scale">Dimension values.</param>
    /// <param name="shift">Dimension values.</param>
    /// <param name="outPath">ONNX file to write; may be <paramref name="path"/>.</param>
    /// <exception cref="BackboneException">The file is no embedding graph.</exception>
    /// <exception cref="ArgumentException">Not dimension values, or one that is not finite.</exception>
    public static EmbeddingGraphInfo AppendScale(
        string path, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, string outPath)
    {
        var model = OnnxFile.Read(path);
        EmbeddingTransform.AppendScale(model, Read(model, path), scale, shift);
        OnnxFile.Write(model, outPath);
        return Read(model, path);
    }

    /// <summary>What the graph of a file takes and gives.</summary>
    /// <exception cref="BackboneException">The file is damaged or no embedding graph.</exception>
    public static EmbeddingGraphInfo Read(string path) => Read(OnnxFile.Read(path), path);

    private static EmbeddingGraphInfo Read(ModelProto model, string path)
    {
        var input = model.Graph.Input.FirstOrDefault(v => v.Name == InputName)?.Type?.TensorType?.Shape?.Dim;
        var output = model.Graph.Output.FirstOrDefault(v => v.Name == OutputName)?.Type?.TensorType?.Shape?.Dim;
        var grid = (BackboneMetadata.Get(model.MetadataProps, GridKey) ?? "").Split('x');
        if (input is not { Count: 4 } || output is not { Count: 3 } || grid.Length != 2
            || !int.TryParse(grid[0], CultureInfo.InvariantCulture, out int gridHeight)
            || !int.TryParse(grid[1], CultureInfo.InvariantCulture, out int gridWidth)
            || (long)gridHeight * gridWidth != output[1].DimValue)
        {
            throw new BackboneException(
                path,
                $"not an embedding graph: expected input '{InputName}', "
                    + $"output '{OutputName}' and a grid that fits them.");
        }

        var layers = BackboneMetadata.Get(model.MetadataProps, LayersKey) is { } names ? names.Split('\n') : [];
        return new EmbeddingGraphInfo(
            InputName, OutputName, layers, (int)input[3].DimValue, (int)input[2].DimValue,
            gridHeight, gridWidth, (int)output[2].DimValue, input[0].HasDimValue ? (int)input[0].DimValue : null);
    }

    /// <summary>
    /// The input becomes <see cref="InputName"/>; a tensor that has one of our names already makes room.
    /// </summary>
    private static void ReserveNames(GraphProto graph, string input)
    {
        var taken = GraphSurgery.Names(graph);
        foreach (var name in new[] { InputName, OutputName })
        {
            if (taken.Contains(name) && name != input)
                GraphSurgery.Rename(graph, name, $"backbone/{name}");
        }

        if (input != InputName) GraphSurgery.Rename(graph, input, InputName);
    }

    private static void Append(ModelProto model, int opset, EmbeddingTrunk.Map[] maps, object batch)
    {
        var graph = model.Graph;
        var grid = maps[0];
        var aligned = new List<string>();
        foreach (var (map, layer) in maps.Zip(graph.Output.Select(o => o.Name)))
        {
            var pooled = $"patches/{aligned.Count}/pooled";
            graph.Node.Add(Node(
                "AveragePool", [layer], pooled,
                Attribute("kernel_shape", 3, 3), Attribute("strides", 1, 1), Attribute("pads", 1, 1, 1, 1),
                Attribute("count_include_pad", 1)));
            aligned.Add(map.Height == grid.Height && map.Width == grid.Width
                ? pooled
                : EmbeddingResize.Append(graph, opset, pooled, pooled, map.Channels, grid.Height, grid.Width));
        }

        var joined = aligned[0];
        if (aligned.Count > 1)
        {
            joined = "patches/joined";
            graph.Node.Add(Node("Concat", [.. aligned], joined, Attribute("axis", 1L)));
        }

        graph.Node.Add(Node("Transpose", [joined], "patches/last", Attribute("perm", 0, 2, 3, 1)));
        long patches = grid.Height * grid.Width, dimension = maps.Sum(m => m.Channels);
        // 0 copies the batch size.
        graph.Initializer.Add(Tensor("patches/shape", [0L, patches, dimension], 3));
        graph.Node.Add(Node("Reshape", ["patches/last", "patches/shape"], OutputName));
        graph.Output.Clear();
        graph.Output.Add(Value(OutputName, batch, patches, dimension));
    }
}
