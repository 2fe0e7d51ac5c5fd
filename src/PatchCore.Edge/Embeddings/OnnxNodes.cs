using System.Runtime.InteropServices;
using Google.Protobuf;
using PatchCore.Edge.Embeddings.Onnx;
using AttributeType = PatchCore.Edge.Embeddings.Onnx.AttributeProto.Types.AttributeType;

namespace PatchCore.Edge.Embeddings;

/// <summary>The words of the ONNX schema that a graph is written in.</summary>
internal static class OnnxNodes
{
    /// <summary><c>TensorProto.DataType</c> of the format.</summary>
    public const int Float = 1;

    /// <inheritdoc cref="Float"/>
    public const int Int64 = 7;

    public static NodeProto Node(string operation, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        return node;
    }

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>A tensor, row-major. ONNX stores raw data little-endian, as every machine here does.</summary>
    public static TensorProto Tensor(string name, ReadOnlySpan<float> values, params long[] shape) =>
        Tensor(name, Float, MemoryMarshal.AsBytes(values), shape);

    /// <inheritdoc cref="Tensor(string, ReadOnlySpan{float}, long[])"/>
    public static TensorProto Tensor(string name, ReadOnlySpan<long> values, params long[] shape) =>
        Tensor(name, Int64, MemoryMarshal.AsBytes(values), shape);

    private static TensorProto Tensor(string name, int type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    /// <summary>A float input or output; a dimension is a <see cref="long"/> or the name of a dynamic one.</summary>
    public static ValueInfoProto Value(string name, params object[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var size in shape)
        {
            dimensions.Dim.Add(size is string parameter
                ? new TensorShapeProto.Types.Dimension { DimParam = parameter }
                : new TensorShapeProto.Types.Dimension { DimValue = (long)size });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Float, Shape = dimensions } },
        };
    }

    /// <summary>A model with an empty graph.</summary>
    public static ModelProto Model(string name, int opset)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            ProducerName = "PatchCore.Edge",
            Graph = new GraphProto { Name = name },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        return model;
    }
}
