using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PatchCore.Edge.Embeddings;

/// <summary>One operation of a TensorFlow graph.</summary>
internal sealed record TensorFlowNode(string Name, string Operation, string[] Inputs, JsonElement Attributes)
{
    /// <summary>The height and width entries of a list attribute given for NHWC; (1, 1) without it.</summary>
    public (long Height, long Width) Spatial(string attribute)
    {
        if (!Attributes.TryGetProperty(attribute, out var value)) return (1, 1);
        var list = value.GetProperty("list").GetProperty("i");
        return (long.Parse(list[1].GetString()!), long.Parse(list[2].GetString()!));
    }

    /// <summary>A text attribute; TensorFlow.js stores text as Base64.</summary>
    public string Text(string attribute) => Attributes.TryGetProperty(attribute, out var value)
        ? Encoding.ASCII.GetString(value.GetProperty("s").GetBytesFromBase64())
        : "";
}

/// <summary>A constant of a TensorFlow graph: 32-bit values, row-major.</summary>
internal sealed record TensorFlowWeight(string Type, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    public ReadOnlySpan<float> Floats => Type == "float32"
        ? MemoryMarshal.Cast<byte, float>(Bytes.Span)
        : throw new FormatException($"a weight of type {Type} where float32 was expected");

    public ReadOnlySpan<int> Integers => Type == "int32"
        ? MemoryMarshal.Cast<byte, int>(Bytes.Span)
        : throw new FormatException($"a weight of type {Type} where int32 was expected");
}

/// <summary>A TensorFlow.js graph model: <c>model.json</c> and its weight shards.</summary>
internal sealed class TensorFlowGraph
{
    private readonly Dictionary<string, TensorFlowNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorFlowWeight> _weights = new(StringComparer.Ordinal);

    /// <exception cref="BackboneException">A file is missing, truncated or of another kind.</exception>
    public TensorFlowGraph(string modelJsonPath)
    {
        Path = modelJsonPath;
        try
        {
            using var stream = File.OpenRead(modelJsonPath);
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            foreach (var node in root.GetProperty("modelTopology").GetProperty("node").EnumerateArray())
                AddNode(node);
            foreach (var group in root.GetProperty("weightsManifest").EnumerateArray())
                AddWeights(group, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(modelJsonPath))!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException
            or InvalidOperationException or FormatException)
        {
            throw new BackboneException(modelJsonPath, $"not a TensorFlow.js graph model: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackboneException(modelJsonPath, e.Message, e);
        }
    }

    public string Path { get; }

    public IReadOnlyCollection<TensorFlowNode> Nodes => _nodes.Values;

    public TensorFlowNode Node(string name) =>
        _nodes.TryGetValue(name, out var node) ? node : throw new BackboneException(Path, $"node '{name}' is missing.");

    public bool IsConstant(string name) => Node(name).Operation == "Const";

    public TensorFlowWeight Weight(string name) =>
        _weights.TryGetValue(name, out var weight)
            ? weight
            : throw new BackboneException(Path, $"weight '{name}' is missing.");

    private void AddNode(JsonElement node)
    {
        string[] inputs = node.TryGetProperty("input", out var list)
            ? [.. list.EnumerateArray().Select(i => i.GetString()!).Where(i => i[0] != '^')]
            : [];
        var name = node.GetProperty("name").GetString()!;
        var attributes = node.GetProperty("attr").Clone();
        _nodes.Add(name, new TensorFlowNode(name, node.GetProperty("op").GetString()!, inputs, attributes));
    }

    private void AddWeights(JsonElement group, string folder)
    {
        using var shards = new MemoryStream();
        foreach (var shard in group.GetProperty("paths").EnumerateArray())
            shards.Write(File.ReadAllBytes(System.IO.Path.Combine(folder, shard.GetString()!)));
        var bytes = shards.ToArray();
        int at = 0;
        foreach (var weight in group.GetProperty("weights").EnumerateArray())
        {
            var name = weight.GetProperty("name").GetString()!;
            var type = weight.GetProperty("dtype").GetString()!;
            long[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
            if (weight.TryGetProperty("quantization", out _) || type is not ("float32" or "int32"))
                throw new FormatException($"weight '{name}' is quantized or of type {type}; expected float32 or int32");
            int length = checked((int)(4 * shape.Aggregate(1L, (product, size) => product * size)));
            if (at + length > bytes.Length)
            {
                throw new FormatException(
                    $"weight '{name}' ends at byte {at + length} of shards with {bytes.Length} bytes");
            }
            _weights.Add(name, new TensorFlowWeight(type, shape, bytes.AsMemory(at, length)));
            at += length;
        }

        if (at != bytes.Length)
            throw new FormatException($"the shards hold {bytes.Length} bytes, the manifest describes {at}");
    }
}
