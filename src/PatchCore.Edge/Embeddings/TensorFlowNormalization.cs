namespace PatchCore.Edge.Embeddings;

/// <summary>Reads how a TensorFlow graph prepares its image.</summary>
internal static class TensorFlowNormalization
{
    /// <summary>
    /// Expects the last step of the preparation to be a · v − b with constants a and b, v in 0..255, and says the same
    /// as (v/255 − mean) / std.
    /// </summary>
    /// <exception cref="BackboneException">It is something else.</exception>
    public static BackboneMetadata Read(TensorFlowGraph graph, string node)
    {
        var subtract = graph.Node(node);
        if (subtract.Operation == "Sub" && graph.IsConstant(subtract.Inputs[1]))
        {
            var multiply = graph.Node(subtract.Inputs[0]);
            int constant = multiply.Inputs.Length > 0 && graph.IsConstant(multiply.Inputs[0]) ? 0 : 1;
            if (multiply.Operation == "Mul" && graph.IsConstant(multiply.Inputs[constant]))
            {
                double std = 1 / (255.0 * graph.Weight(multiply.Inputs[constant]).Floats[0]);
                double mean = graph.Weight(subtract.Inputs[1]).Floats[0] * std;
                // The constants are single precision: 1/127.5 comes back as 0.49999999, meant was 0.5.
                var (m, s) = ((float)Math.Round(mean, 6), (float)Math.Round(std, 6));
                return new BackboneMetadata { Mean = [m, m, m], Std = [s, s, s] };
            }
        }

        throw new BackboneException(
            graph.Path, $"cannot read the normalization of the image from '{node}' ({subtract.Operation}).");
    }
}
