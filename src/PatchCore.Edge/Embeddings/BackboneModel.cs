using Microsoft.ML.OnnxRuntime;
using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Embeddings;

/// <summary>A backbone on disk: an ONNX model from one float image (N × 3 × H × W) to feature maps.</summary>
public sealed class BackboneModel
{
    /// <summary>Resize by sizes and half-pixel coordinates came with this version of the operator set.</summary>
    public const int OldestOpset = 11;

    private readonly ModelProto _model;
    private readonly TensorShapeProto _inputShape;
    private SortedDictionary<int, CandidateTensor>? _stages;

    private BackboneModel(string path, ModelProto model)
    {
        Path = path;
        _model = model;
        Opset = (int)(model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0);
        if (Opset < OldestOpset)
        {
            throw new BackboneException(
                path, $"uses ONNX operator set {Opset}, but {OldestOpset} or newer is needed; "
                    + $"export it again with opset_version={OldestOpset} or higher.");
        }

        Metadata = BackboneMetadata.Read(model.MetadataProps, path);
        var input = ImageInput();
        InputName = input.Name;
        _inputShape = input.Type.TensorType.Shape;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Version of the ONNX operator set.</summary>
    public int Opset { get; }

    /// <summary>Name of the image input.</summary>
    public string InputName { get; }

    /// <summary>Normalization of the image, names.</summary>
    public BackboneMetadata Metadata { get; }

    /// <summary>Names of the graph's outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. _model.Graph.Output.Select(o => o.Name)];

    /// <summary>Batch size that the file insists on; null: any.</summary>
    public int? FixedBatch => Fixed(0);

    /// <summary>Height and width that the file declares; null: any.</summary>
    public (int Height, int Width)? DeclaredSize =>
        (Fixed(2), Fixed(3)) is ({ } height, { } width) ? (height, width) : null;

    /// <exception cref="BackboneException">Damaged, too old, or its input is no image.</exception>
    public static BackboneModel Load(string onnxPath)
    {
        var model = OnnxFile.Read(onnxPath);
        OnnxFile.TakeInExternalData(model, onnxPath);
        return new BackboneModel(onnxPath, model);
    }

    /// <summary>A graph that is not on disk as it is; <paramref name="path"/> is what errors name.</summary>
    internal static BackboneModel Of(string path, ModelProto model) => new(path, model);

    /// <summary>All feature maps of the graph for an image of the given size, found by running it once.</summary>
    /// <exception cref="BackboneException">The model does not run.</exception>
    public IReadOnlyList<CandidateTensor> Candidates(int width = 224, int height = 224)
    {
        (height, width) = DeclaredSize ?? (height, width);
        return [.. Probe(_model, GraphSurgery.Reached(_model.Graph, InputName), height, width)
            .Where(t => t.Shape[2] > 1 && t.Shape[3] > 1)
            .Select(t => new CandidateTensor(t.Name, ((int)t.Shape[1], (int)t.Shape[2], (int)t.Shape[3])))];
    }

    /// <summary>
    /// The tensor that a layer's name means: itself; with <see cref="BackboneMetadata.LayerPrefix"/> before it; the
    /// last tensor of the module of that name, as PyTorch names them (<c>layer2</c>:
    /// <c>/layer2/layer2.1/Relu_1_output_0</c>); or <c>stage:2</c>, the last feature map of 1/8 of the image's size
    /// (<c>stage:1</c> of 1/4, <c>stage:3</c> of 1/16, and so on).
    /// </summary>
    /// <exception cref="BackboneException">There is none; the message lists the candidates with their
    /// shapes.</exception>
    public string Layer(string name)
    {
        if (BackboneStages.TryParse(name, out int stage)) return Stage(stage);
        var reached = GraphSurgery.Reached(_model.Graph, InputName);
        if (reached.Contains(name)) return name;
        if (name.Length > 0 && reached.Contains(Metadata.LayerPrefix + name)) return Metadata.LayerPrefix + name;
        return reached.LastOrDefault(tensor => tensor.StartsWith($"/{name}/", StringComparison.Ordinal))
            ?? throw Unknown(name);
    }

    private string Stage(int stage)
    {
        var (height, width) = DeclaredSize ?? (224, 224);
        _stages ??= BackboneStages.Find(_model.Graph, InputName, Candidates(), height, width);
        if (_stages.TryGetValue(stage, out var map)) return map.Name;
        throw new BackboneException(
            Path,
            $"there is no stage {stage}, a map of 1/{2L << Math.Clamp(stage, 0, 60)} of the image. Stages at "
            + $"{width}x{height} (channels x height x width):"
            + string.Concat(_stages.Select(found => $"\n  {BackboneStages.Prefix}{found.Key} is {found.Value}"))
            + (_stages.Count == 0 ? " none; name tensors instead." : ""));
    }

    private BackboneException Unknown(string name)
    {
        var (height, width) = DeclaredSize ?? (224, 224);
        return new BackboneException(
            Path,
            $"there is no tensor '{name}'. Feature maps at {width}x{height} (channels x height x width):"
            + string.Concat(Candidates().Select(candidate => "\n  " + candidate)));
    }

    /// <summary>A copy of the graph, for surgery.</summary>
    internal ModelProto Copy() => _model.Clone();

    /// <summary>Runs <paramref name="model"/>, a variant of this one, on black images.</summary>
    internal IReadOnlyList<(string Name, long[] Shape)> Probe(
        ModelProto model, IEnumerable<string> tensors, int height, int width, int batch = 0)
    {
        try
        {
            return TensorProbe.Run(model, InputName, tensors, [batch > 0 ? batch : FixedBatch ?? 1, 3, height, width]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BackboneException(Path, $"does not run on an image of {width}x{height}: {e.Message}", e);
        }
    }

    private ValueInfoProto ImageInput()
    {
        var inputs = GraphSurgery.FedInputs(_model.Graph);
        if (inputs.Count == 1
            && inputs[0].Type?.TensorType is { ElemType: OnnxNodes.Float, Shape.Dim: { Count: 4 } dims }
            && (dims[1].DimValue == 3 || !dims[1].HasDimValue))
        {
            return inputs[0];
        }

        throw new BackboneException(
            Path,
            "needs one input, a float image N x 3 x H x W; it has "
                + $"{(inputs.Count == 0 ? "none" : string.Join("; ", inputs.Select(Describe)))}.");
    }

    private int? Fixed(int dimension) =>
        _inputShape.Dim[dimension] is { HasDimValue: true, DimValue: > 0 } fixedSize ? (int)fixedSize.DimValue : null;

    private static string Describe(ValueInfoProto input)
    {
        var tensor = input.Type?.TensorType;
        var dims = tensor?.Shape?.Dim.Select(d => d.HasDimValue ? $"{d.DimValue}" : "?") ?? [];
        var type = (tensor?.ElemType ?? 0) switch
        {
            OnnxNodes.Float => "float",
            2 => "uint8",
            OnnxNodes.Int64 => "int64",
            10 => "float16",
            11 => "double",
            var other => $"element type {other}",
        };
        return $"'{input.Name}' ({type}, {string.Join(" x ", dims)})";
    }
}
