using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Embeddings;

/// <summary>Cuts a user's network down to a backbone.</summary>
internal static class OnnxImport
{
    /// <summary>The part of the network that <paramref name="outputs"/> need, with its weights inside.</summary>
    /// <exception cref="BackboneException">See <see cref="BackboneImporter.ImportOnnx"/>.</exception>
    public static ModelProto Cut(string path, IReadOnlyList<string> outputs, BackboneMetadata? metadata)
    {
        if (outputs.Count == 0 || outputs.Distinct().Count() != outputs.Count)
        {
            throw new BackboneException(
                path, $"needs one output at least and each of them once; asked for: {string.Join(", ", outputs)}.");
        }
        var model = OnnxFile.Read(path);
        // Weights that are inputs as well, as they had to be before version 4 of the format, are not fed by anyone
        // here.
        model.IrVersion = Math.Max(model.IrVersion, 4);
        OnnxFile.TakeInExternalData(model, path);
        var whole = BackboneModel.Of(path, model);
        outputs = [.. outputs.Select(whole.Layer)];

        GraphSurgery.CutTo(model.Graph, outputs);
        var backbone = BackboneModel.Of(path, model);
        (metadata ?? backbone.Metadata).Write(model.MetadataProps);
        Finish(backbone, model, outputs);
        return model;
    }

    /// <summary>
    /// Lets the batch size vary if the network really works with two images, and declares the outputs. Exporters often
    /// write the batch size of their example into the input, and sometimes into a Reshape in the middle, which cannot
    /// be undone.
    /// </summary>
    public static void Finish(BackboneModel backbone, ModelProto model, IReadOnlyList<string> outputs)
    {
        var batch = model.Graph.Input[0].Type.TensorType.Shape.Dim[0];
        long declared = batch.HasDimValue && batch.DimValue > 0 ? batch.DimValue : 1;
        Set(batch, null);
        if (!TryProbe(backbone, model, outputs, 2, out var maps, out _))
        {
            Set(batch, declared);
            if (!TryProbe(backbone, model, outputs, (int)declared, out maps, out var failure)) throw failure!;
        }

        model.Graph.Output.Clear();
        foreach (var name in outputs)
        {
            if (!maps.TryGetValue(name, out var shape))
                throw new BackboneException(backbone.Path, $"output '{name}' is not a float map N x C x H x W.");
            var output = OnnxNodes.Value(name, "batch", shape[1], $"height of {name}", $"width of {name}");
            if (batch.HasDimValue) Set(output.Type.TensorType.Shape.Dim[0], declared);
            model.Graph.Output.Add(output);
        }
    }

    private static bool TryProbe(
        BackboneModel backbone, ModelProto model, IReadOnlyList<string> outputs, int batch,
        out Dictionary<string, long[]> maps, out BackboneException? failure)
    {
        (maps, failure) = ([], null);
        var (height, width) = backbone.DeclaredSize ?? (224, 224);
        try
        {
            maps = backbone.Probe(model, outputs, height, width, batch).ToDictionary(t => t.Name, t => t.Shape);
            return maps.Values.All(shape => shape[0] == batch);
        }
        catch (BackboneException e)
        {
            failure = e;
            return false;
        }
    }

    private static void Set(TensorShapeProto.Types.Dimension dimension, long? value)
    {
        dimension.ClearDimParam();
        dimension.ClearDimValue();
        if (value is { } size) dimension.DimValue = size;
        else dimension.DimParam = "batch";
    }
}
