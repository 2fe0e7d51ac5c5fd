namespace PatchCore.Edge.Embeddings;

/// <summary>What became of one execution provider that was asked for.</summary>
/// <param name="Provider">As asked: <c>TensorRT</c>, <c>CUDA</c> or <c>CPU</c>.</param>
/// <param name="Used">Whether the session has it.</param>
/// <param name="Reason">One sentence: by which road it came, or why it is missing.</param>
public sealed record ProviderOutcome(string Provider, bool Used, string Reason)
{
    public override string ToString() => $"{Provider} {(Used ? "used" : "not used")}: {Reason}";
}
