using System.Globalization;
using Google.Protobuf;
using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Embeddings;

/// <summary>ONNX files on disk, with weights in files of their own taken in.</summary>
internal static class OnnxFile
{
    /// <exception cref="BackboneException">Missing, unreadable, truncated, or not ONNX.</exception>
    public static ModelProto Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var model = ModelProto.Parser.ParseFrom(stream);
            if (model.Graph is null || model.Graph.Node.Count == 0 || model.OpsetImport.Count == 0)
                throw new BackboneException(path, "not an ONNX model: no graph, no nodes or no opset in it.");
            return model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new BackboneException(path, $"not an ONNX model, or damaged: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackboneException(path, e.Message, e);
        }
    }

    /// <summary>Writes beside the target and renames, so that a reader never sees half a file.</summary>
    public static void Write(ModelProto model, string path)
    {
        // A protobuf message ends at 2 GiB; past that, CalculateSize wraps around.
        long weights = model.Graph.Initializer.Sum(t => (long)t.RawData.Length);
        if (weights > int.MaxValue - (1 << 20))
            throw new BackboneException(path, $"{weights} bytes of weights do not fit into one ONNX file (2 GiB).");

        var temporary = path + ".part";
        using (var stream = File.Create(temporary))
            model.WriteTo(stream);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Copies weights kept in files beside the model into the model.</summary>
    /// <exception cref="BackboneException">A file is missing, too short, or lies outside the model's
    /// folder.</exception>
    public static void TakeInExternalData(ModelProto model, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var tensor in model.Graph.Initializer)
        {
            if (tensor.DataLocation != TensorProto.Types.DataLocation.External) continue;
            tensor.RawData = ReadExternal(tensor, folder, path);
            tensor.ExternalData.Clear();
            tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        }
    }

    private static ByteString ReadExternal(TensorProto tensor, string folder, string path)
    {
        string? Value(string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
        var location = Value("location") ?? "";
        var file = Path.GetFullPath(Path.Combine(folder, location));
        if (location.Length == 0 || !file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BackboneException(
                path,
                $"tensor '{tensor.Name}' keeps its data in '{location}', which is not a file in the model's folder.");
        }

        if (!File.Exists(file))
        {
            throw new BackboneException(
                path,
                $"tensor '{tensor.Name}' keeps its data in '{location}', "
                    + $"which is missing in '{folder}'; copy it there.");
        }

        using var stream = File.OpenRead(file);
        long offset = long.Parse(Value("offset") ?? "0", CultureInfo.InvariantCulture);
        long length = Value("length") is { } text
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : stream.Length - offset;
        if (offset < 0 || length is < 0 or > int.MaxValue || offset + length > stream.Length)
        {
            throw new BackboneException(
                path,
                $"tensor '{tensor.Name}' wants {length} bytes at {offset} of '{location}', "
                    + $"which has {stream.Length} bytes.");
        }

        var data = new byte[length];
        stream.Position = offset;
        stream.ReadExactly(data);
        return UnsafeByteOperations.UnsafeWrap(data);
    }
}
