namespace PatchCore.Edge.Embeddings;

/// <summary>
/// A backbone, an embedding graph or the ONNX Runtime itself cannot be used; the message says which and why.
/// </summary>
public class EmbeddingException : Exception
{
    public EmbeddingException(string message)
        : base(message)
    {
    }

    public EmbeddingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A backbone file is not what it should be.</summary>
public sealed class BackboneException : EmbeddingException
{
    public BackboneException(string path, string reason)
        : base($"Backbone '{path}': {reason}") => Path = path;

    public BackboneException(string path, string reason, Exception innerException)
        : base($"Backbone '{path}': {reason}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}

/// <summary>An execution provider that the settings require is not available on this machine.</summary>
public sealed class ProviderException : EmbeddingException
{
    public ProviderException(string provider, string reason, IReadOnlyList<ProviderOutcome> outcomes)
        : base($"Execution provider '{provider}' is required but not available: {reason}")
    {
        Provider = provider;
        Outcomes = outcomes;
    }

    public string Provider { get; }

    /// <summary>What became of every provider that was asked for, in order of preference.</summary>
    public IReadOnlyList<ProviderOutcome> Outcomes { get; }
}
