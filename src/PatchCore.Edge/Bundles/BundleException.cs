namespace PatchCore.Edge.Bundles;

/// <summary>A model bundle was refused, or could not be written.</summary>
public sealed class BundleException : Exception
{
    public BundleException(string path, string reason, Exception? cause = null)
        : base($"{path}: {reason}", cause)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The bundle's directory.</summary>
    public string Path { get; }

    /// <summary>What was found and what was expected.</summary>
    public string Reason { get; }
}
