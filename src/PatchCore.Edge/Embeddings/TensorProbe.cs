using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using PatchCore.Edge.Embeddings.Onnx;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Finds the shapes of intermediate tensors by running a model once on black images: exact, for any operators.
/// </summary>
internal static class TensorProbe
{
    /// <param name="model">With one image input; not changed.</param>
    /// <param name="input">Name of the input.</param>
    /// <param name="tensors">Tensors to look at.</param>
    /// <param name="shape">Shape of the images: batch, 3, height, width.</param>
    /// <returns>The float tensors with four dimensions among them, in order, with their whole shapes.</returns>
    /// <exception cref="OnnxRuntimeException">The model does not run.</exception>
    public static IReadOnlyList<(string Name, long[] Shape)> Run(
        ModelProto model, string input, IEnumerable<string> tensors, long[] shape)
    {
        OnnxRuntimeEnvironment.Start(null);
        var probe = model.Clone();
        probe.Graph.Output.Clear();
        // An output without a declared type gets the one that the runtime infers.
        probe.Graph.Output.AddRange(tensors.Select(name => new ValueInfoProto { Name = name }));

        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
        using var session = new InferenceSession(probe.ToByteArray(), options);
        using var run = new RunOptions();
        using var image = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, TensorElementType.Float, shape);
        image.GetTensorMutableDataAsSpan<float>().Clear();
        using var results = session.Run(run, [input], [image], session.OutputNames);
        var found = new List<(string, long[])>();
        for (int i = 0; i < results.Count; i++)
        {
            if (!results[i].IsTensor) continue;
            var info = results[i].GetTensorTypeAndShape();
            if (info.ElementDataType == TensorElementType.Float && info.Shape.Length == 4)
                found.Add((session.OutputNames[i], info.Shape));
        }

        return found;
    }
}
