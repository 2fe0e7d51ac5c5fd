using System.Text.RegularExpressions;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Turns pretrained networks into backbones: one float image in, feature maps out, nothing past them.
/// </summary>
public static partial class BackboneImporter
{
    /// <summary>
    /// Imports the MobileNetV2 trunk of a TensorFlow.js graph model. Block i is the tensor <c>expanded_conv_i</c>
    /// (after projection and residual), <c>expanded_conv_ix</c> its expanded and <c>expanded_conv_id</c> its depthwise
    /// feature map; the prefix may be left off.
    /// </summary>
    /// <param name="modelJsonPath">The model's <c>model.json</c>, with its shards beside it, or the folder of
    /// them.</param>
    /// <param name="outPath">ONNX file to write.</param>
    /// <param name="blocks">The maps to import, such as <c>6</c>, <c>expanded_conv_12</c>; what no one of them needs is
    /// left out.</param>
    /// <param name="options">What else is asked for.</param>
    /// <exception cref="BackboneException">The model is damaged or another one, or a block is unknown.</exception>
    public static BackboneModel ImportTensorFlowJs(
        string modelJsonPath, string outPath, IReadOnlyList<string> blocks, TrunkImportOptions? options = null)
    {
        options ??= new TrunkImportOptions();
        const string prefix = "expanded_conv_";
        if (Directory.Exists(modelJsonPath)) modelJsonPath = Path.Combine(modelJsonPath, "model.json");
        var graph = new TensorFlowGraph(modelJsonPath);
        var maps = BlockMaps(graph);
        var nodes = blocks.Select(Node);

        var model = new TensorFlowConverter(graph, maps).Convert([.. nodes.Distinct()]);
        if (options.ThinAfter is { } last)
            GraphThinning.Apply(model, maps[Node(last)], modelJsonPath);
        (BackboneMetadata.Read(model.MetadataProps, modelJsonPath) with
        {
            Name = "mobilenet-v2",
            Source = options.Source,
            LayerPrefix = prefix,
            PatchMap = options.PatchMap,
        }).Write(model.MetadataProps);
        OnnxImport.Finish(BackboneModel.Of(modelJsonPath, model), model, [.. model.Graph.Output.Select(o => o.Name)]);
        OnnxFile.Write(model, outPath);
        return BackboneModel.Load(outPath);

        string Node(string block) =>
            maps.FirstOrDefault(m => m.Value == block || m.Value == prefix + block).Key
            ?? throw new BackboneException(
                modelJsonPath, $"block '{block}' is unknown; there are {string.Join(", ", maps.Values)}.");
    }

    /// <summary>
    /// Imports a user's ONNX network: what its outputs do not need is cut away, weights in files of their own are taken
    /// in.
    /// </summary>
    /// <param name="path">ONNX file, operator set 11 or newer, with one float image N × 3 × H × W to feed.</param>
    /// <param name="outPath">ONNX file to write.</param>
    /// <param name="outputs">Tensors that layers can be chosen from: the deepest one needed is enough, what lies before
    /// it stays selectable.</param>
    /// <param name="metadata">Normalization of the image; null: what the file itself says, else ImageNet's.</param>
    /// <exception cref="BackboneException">
    /// An output is unknown (the message lists the candidates with their shapes), the file is damaged or too old,
    /// weights are missing, or the input is no image.
    /// </exception>
    public static BackboneModel ImportOnnx(
        string path, string outPath, IReadOnlyList<string> outputs, BackboneMetadata? metadata = null)
    {
        metadata?.Verify();
        OnnxFile.Write(OnnxImport.Cut(path, outputs, metadata), outPath);
        return BackboneModel.Load(outPath);
    }

    /// <summary>
    /// Node → name: for each block the node that leaves its scope, the ReLU6 after the expansion and after the
    /// depthwise step.
    /// </summary>
    private static Dictionary<string, string> BlockMaps(TensorFlowGraph graph)
    {
        var maps = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (Scope().Match(node.Name) is { Success: true } scope)
            {
                var name = "expanded_conv_" + (scope.Groups["block"].Success ? scope.Groups["block"].Value : "0");
                if (node.Name == scope.Value + "expand/Relu6") maps[node.Name] = name + "x";
                if (node.Name == scope.Value + "depthwise/Relu6") maps[node.Name] = name + "d";
            }

            // Whatever one scope reads from another is the map that leaves the other. Constants may be shared.
            foreach (var input in node.Inputs)
            {
                var from = Scope().Match(input);
                if (!from.Success || node.Name.StartsWith(from.Value, StringComparison.Ordinal)
                    || graph.IsConstant(input))
                {
                    continue;
                }
                maps[input] = from.Groups["stem"].Success ? "expanded_conv_0x"
                    : "expanded_conv_" + (from.Groups["block"].Success ? from.Groups["block"].Value : "0");
            }
        }

        return maps;
    }

    [GeneratedRegex("^MobilenetV2/((?<stem>Conv)|expanded_conv(_(?<block>[0-9]+))?)/", RegexOptions.CultureInvariant)]
    private static partial Regex Scope();
}
