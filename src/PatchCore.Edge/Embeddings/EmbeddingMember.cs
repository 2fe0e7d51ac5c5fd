namespace PatchCore.Edge.Embeddings;

/// <summary>One network of an ensemble; an embedding of a single network has one member.</summary>
/// <param name="BackbonePath">An ONNX backbone.</param>
/// <param name="Layers">Tensors of it; the first layer of the first member gives the grid.</param>
/// <param name="Scale">Size at which it sees the image, relative to the image tensor's, in (0, 1].</param>
public sealed record EmbeddingMember(string BackbonePath, IReadOnlyList<string> Layers, double Scale = 1);

/// <summary>What a member came to.</summary>
/// <param name="BackbonePath">Its backbone.</param>
/// <param name="Layers">Tensors of the backbone.</param>
/// <param name="Width">Width in pixels at which it sees the image.</param>
/// <param name="Height">Height in pixels at which it sees the image.</param>
/// <param name="Dimension">How many of a patch's values are its own; those of the members follow one another.</param>
public sealed record EmbeddingMemberInfo(
    string BackbonePath, IReadOnlyList<string> Layers, int Width, int Height, int Dimension);
