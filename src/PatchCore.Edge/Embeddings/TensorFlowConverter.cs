using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Translates the convolutional trunk of a TensorFlow graph to ONNX: Conv2D, DepthwiseConv2dNative (dilated by
/// SpaceToBatchND/BatchToSpaceND), Mul and Add by constants, Relu, Relu6 and residual sums. Strides, dilations, padding
/// and normalization are read from the graph. Batch norm ends up in the weights and biases of the convolutions.
/// </summary>
internal sealed class TensorFlowConverter
{
    private const int Opset = 17;
    private readonly TensorFlowGraph _source;
    private readonly ModelProto _model = Model("backbone", Opset);
    private readonly Dictionary<string, string> _emitted = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _names;
    private string? _image;

    /// <param name="source">The graph.</param>
    /// <param name="names">Node of the source → name of its tensor in the result; others keep theirs.</param>
    public TensorFlowConverter(TensorFlowGraph source, IReadOnlyDictionary<string, string> names)
    {
        _source = source;
        _names = names;
    }

    /// <summary>Translates what <paramref name="nodes"/> of the source need; they become the outputs.</summary>
    /// <exception cref="BackboneException">The graph holds something else than said above.</exception>
    public ModelProto Convert(IEnumerable<string> nodes)
    {
        foreach (var node in nodes)
            _model.Graph.Output.Add(new ValueInfoProto { Name = Emit(node) });
        if (_image is null) throw Unexpected("the graph", "no convolution reads the image");
        _model.Graph.Input.Add(Value("image", "batch", 3L, "height", "width"));
        TensorFlowNormalization.Read(_source, _image).Write(_model.MetadataProps);
        return _model;
    }

    private string Emit(string name)
    {
        if (_emitted.TryGetValue(name, out var tensor)) return tensor;
        var node = _source.Node(name);
        tensor = _names.GetValueOrDefault(name, name);
        switch (node.Operation)
        {
            case "Relu6":
                _model.Graph.Node.Add(
                    Node("Clip", [Emit(node.Inputs[0]), Constant("zero", 0), Constant("six", 6)], tensor));
                break;
            case "Relu":
                _model.Graph.Node.Add(Node("Relu", [Emit(node.Inputs[0])], tensor));
                break;
            case "Add" or "AddN" or "Mul" or "Conv2D" or "DepthwiseConv2dNative" or "BatchToSpaceND":
                EmitLinear(node, bias: null, tensor);
                break;
            default:
                // The first operation that is none of a trunk's is the end of the preparation of the image.
                if (_image is not null && _image != name) throw Unexpected(name, $"operation {node.Operation}");
                _image = name;
                tensor = "image";
                break;
        }

        _emitted[name] = tensor;
        return tensor;
    }

    /// <summary>
    /// Writes node + bias to <paramref name="tensor"/>. TensorFlow's optimizer moves the bias of a convolution behind
    /// the residual sum, so that a bias travels down to the convolution that it belongs to.
    /// </summary>
    private void EmitLinear(TensorFlowNode node, string? bias, string tensor)
    {
        if (node.Operation == "Add" && node.Inputs.Any(_source.IsConstant))
        {
            if (bias is not null) throw Unexpected(node.Name, "a second bias");
            int constant = _source.IsConstant(node.Inputs[0]) ? 0 : 1;
            EmitLinear(_source.Node(node.Inputs[1 - constant]), node.Inputs[constant], tensor);
        }
        else if (node.Operation is "Add" or "AddN")
        {
            EmitSum(node, bias, tensor);
        }
        else
        {
            EmitConvolution(node, bias, tensor);
        }
    }

    private void EmitSum(TensorFlowNode node, string? bias, string tensor)
    {
        var terms = new List<string>();
        foreach (var input in node.Inputs)
        {
            var term = _source.Node(input);
            if (bias is null || term.Operation is "Add" or "AddN" || _emitted.ContainsKey(input))
            {
                terms.Add(Emit(input));
                continue;
            }

            var biased = $"{tensor}/{terms.Count}";
            EmitConvolution(term, bias, biased);
            terms.Add(biased);
            bias = null;
        }

        if (bias is not null) throw Unexpected(node.Name, $"bias '{bias}' without a convolution");
        _model.Graph.Node.Add(Node(terms.Count == 2 ? "Add" : "Sum", [.. terms], tensor));
    }

    private void EmitConvolution(TensorFlowNode node, string? bias, string tensor)
    {
        var convolution = TensorFlowConvolution.Read(_source, node);
        var (values, shape) = convolution.Weights();
        _model.Graph.Initializer.Add(Tensor(tensor + "/weight", values, shape));
        List<string> inputs = [Emit(convolution.Input), tensor + "/weight"];
        if (bias is not null)
        {
            var offsets = _source.Weight(bias).Floats;
            if (offsets.Length != shape[0]) throw Unexpected(bias, $"{offsets.Length} biases for {shape[0]} channels");
            _model.Graph.Initializer.Add(Tensor(tensor + "/bias", offsets, shape[0]));
            inputs.Add(tensor + "/bias");
        }

        _model.Graph.Node.Add(Node("Conv", [.. inputs], tensor, convolution.Attributes()));
    }

    private string Constant(string name, float value)
    {
        if (_model.Graph.Initializer.All(t => t.Name != name)) _model.Graph.Initializer.Add(Tensor(name, [value]));
        return name;
    }

    private BackboneException Unexpected(string where, string what) =>
        new(_source.Path, $"cannot translate '{where}': {what}.");
}
