namespace PatchCore.Edge.Embeddings;

/// <summary>What an embedding graph takes and gives.</summary>
/// <param name="InputName">Float, N × 3 × <paramref name="Height"/> × <paramref name="Width"/>.</param>
/// <param name="OutputName">Float, N × (<paramref name="GridHeight"/> · <paramref name="GridWidth"/>) ×
/// <paramref name="Dimension"/>, patches row by row.</param>
/// <param name="Layers">Tensors of the backbone that make up a patch embedding, in this order.</param>
/// <param name="Width">Image width in pixels.</param>
/// <param name="Height">Image height in pixels.</param>
/// <param name="GridHeight">Patches from top to bottom.</param>
/// <param name="GridWidth">Patches from left to right.</param>
/// <param name="Dimension">Values a patch: the sum of the layers' channels.</param>
/// <param name="FixedBatch">Batch size that the backbone insists on; null: any.</param>
public sealed record EmbeddingGraphInfo(
    string InputName,
    string OutputName,
    IReadOnlyList<string> Layers,
    int Width,
    int Height,
    int GridHeight,
    int GridWidth,
    int Dimension,
    int? FixedBatch)
{
    /// <summary>Whose values a patch is made of; empty for a graph that was read from a file.</summary>
    public IReadOnlyList<EmbeddingMemberInfo> Members { get; init; } = [];

    /// <summary>Values of each layer; empty for a graph that was read from a file.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [];
}
