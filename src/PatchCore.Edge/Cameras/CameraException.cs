namespace PatchCore.Edge.Cameras;

/// <summary>A source gave no frame. The message names the file or device, and says what was found.</summary>
public sealed class CameraException : Exception
{
    public CameraException(string message, bool sourceUsable = false, Exception? innerException = null)
        : base(message, innerException) => SourceUsable = sourceUsable;

    /// <summary>
    /// True: only this frame is lost and the source can be read on. False: the source has to be opened anew.
    /// </summary>
    public bool SourceUsable { get; }
}
