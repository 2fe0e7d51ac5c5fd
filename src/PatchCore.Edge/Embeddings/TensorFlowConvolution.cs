using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>A convolution of a TensorFlow graph with the dilation and the scaling written around it.</summary>
internal sealed class TensorFlowConvolution
{
    private readonly TensorFlowGraph _graph;
    private readonly TensorFlowNode _node;
    private readonly string? _scale;
    private readonly long _dilation = 1;

    private TensorFlowConvolution(TensorFlowGraph graph, TensorFlowNode node)
    {
        _graph = graph;
        if (node.Operation == "Mul")
        {
            int constant = graph.IsConstant(node.Inputs[0]) ? 0 : 1;
            _scale = node.Inputs[constant];
            node = graph.Node(node.Inputs[1 - constant]);
        }

        var toSpace = node.Operation == "BatchToSpaceND" ? node : null;
        if (toSpace is not null) node = graph.Node(toSpace.Inputs[0]);
        if (node.Operation is not ("Conv2D" or "DepthwiseConv2dNative"))
        {
            throw new BackboneException(
                graph.Path, $"cannot translate '{node.Name}': {node.Operation} where a convolution was expected.");
        }
        _node = node;
        Input = node.Inputs[0];
        if (node.Text("data_format") is not ("NHWC" or "")) throw Unexpected($"layout {node.Text("data_format")}");
        if (toSpace is not null) (_dilation, Input) = ReadDilation(toSpace);
        else if (node.Text("padding") != "SAME")
            throw Unexpected($"padding {node.Text("padding")} where SAME was expected");
    }

    /// <summary>Node that the convolution reads.</summary>
    public string Input { get; }

    private bool Depthwise => _node.Operation == "DepthwiseConv2dNative";

    private long[] Shape => _graph.Weight(_node.Inputs[1]).Shape;

    public static TensorFlowConvolution Read(TensorFlowGraph graph, TensorFlowNode node) => new(graph, node);

    /// <summary>Filters in ONNX's order (output channel, input channel of the group, height, width), scaled.</summary>
    public (float[] Values, long[] Shape) Weights()
    {
        var source = _graph.Weight(_node.Inputs[1]).Floats;
        var (height, width, first, second) = ((int)Shape[0], (int)Shape[1], (int)Shape[2], (int)Shape[3]);
        // Conv2D: height, width, in, out. Depthwise: height, width, in, multiplier, whose output channel is in ·
        // multiplier + m.
        var (channels, perGroup) = Depthwise ? (first * second, 1) : (second, first);
        var scale = _scale is null ? default : _graph.Weight(_scale).Floats;
        if (_scale is not null && scale.Length != channels)
            throw Unexpected($"{scale.Length} scales for {channels} channels");
        var values = new float[source.Length];
        int area = height * width;
        for (int to = 0; to < values.Length; to++)
        {
            int output = to / (perGroup * area), input = to / area % perGroup, position = to % area;
            int from = (position * first * second) + (Depthwise ? output : (input * second) + output);
            values[to] = _scale is null ? source[from] : source[from] * scale[output];
        }

        return (values, [channels, perGroup, height, width]);
    }

    public AttributeProto[] Attributes()
    {
        var (strideY, strideX) = _node.Spatial("strides");
        var (dilationY, dilationX) = _node.Spatial("dilations");
        (dilationY, dilationX) = (dilationY * _dilation, dilationX * _dilation);
        List<AttributeProto> attributes =
        [
            Attribute("kernel_shape", Shape[0], Shape[1]),
            Attribute("strides", strideY, strideX),
            Attribute("dilations", dilationY, dilationX),
            Attribute("group", Depthwise ? Shape[2] : 1),
        ];
        if (strideY == 1 && strideX == 1 && Shape[0] % 2 == 1 && Shape[1] % 2 == 1)
        {
            long y = dilationY * (Shape[0] - 1) / 2, x = dilationX * (Shape[1] - 1) / 2;
            attributes.Add(Attribute("pads", y, x, y, x));
        }
        else
        {
            // With a stride, how much SAME pads depends on the size of the input; the odd pixel goes to the end, as in
            // TensorFlow.
            attributes.Add(Attribute("auto_pad", "SAME_UPPER"));
        }

        return [.. attributes];
    }

    /// <summary>
    /// SpaceToBatchND, a convolution with padding VALID and BatchToSpaceND are a dilated convolution. The graph's
    /// paddings and crops hold for its own image size only (they round up to whole blocks); what they leave over must
    /// be SAME.
    /// </summary>
    private (long Dilation, string Input) ReadDilation(TensorFlowNode toSpace)
    {
        var toBatch = _graph.Node(_node.Inputs[0]);
        if (toBatch.Operation != "SpaceToBatchND" || _node.Text("padding") != "VALID"
            || _node.Spatial("strides") != (1, 1))
        {
            throw Unexpected("BatchToSpaceND around something else than a plain dilated convolution");
        }
        var block = _graph.Weight(toBatch.Inputs[1]).Integers;
        var pads = _graph.Weight(toBatch.Inputs[2]).Integers;
        var crops = _graph.Weight(toSpace.Inputs[2]).Integers;
        if (block.Length != 2 || block[0] != block[1]
            || !block.SequenceEqual(_graph.Weight(toSpace.Inputs[1]).Integers))
        {
            throw Unexpected("blocks that are no square dilation");
        }
        for (int side = 0; side < 4; side++)
        {
            long same = block[0] * (Shape[side / 2] - 1) / 2;
            if (pads[side] - crops[side] != same)
                throw Unexpected($"dilation {block[0]} padded by {pads[side] - crops[side]} where SAME is {same}");
        }

        return (block[0], toBatch.Inputs[0]);
    }

    private BackboneException Unexpected(string what) => new(_graph.Path, $"cannot translate '{_node.Name}': {what}.");
}
