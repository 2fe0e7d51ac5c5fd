namespace PatchCore.Edge.Conversion;

/// <summary>
/// A frame is not as the geometry expects: of another size, or without the part. Its verdict is ERROR with this reason.
/// </summary>
public sealed class FrameException(string message) : Exception(message)
{
    /// <summary>The size is right, but there is no part where one may lie.</summary>
    public bool PartIsMissing { get; init; }
}

/// <summary>A geometry does not fit the frames or the backbone; the message names its key.</summary>
public sealed class GeometryException(string message) : Exception(message);
