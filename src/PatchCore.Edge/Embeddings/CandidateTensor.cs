namespace PatchCore.Edge.Embeddings;

/// <summary>A feature map of a backbone that patch embeddings can be made of.</summary>
/// <param name="Name">Tensor name in the ONNX file.</param>
/// <param name="Shape">(channels, height, width) for the image size it was asked with.</param>
public readonly record struct CandidateTensor(string Name, (int Channels, int Height, int Width) Shape)
{
    public override string ToString() => $"{Name} {Shape.Channels}x{Shape.Height}x{Shape.Width}";
}
