namespace PatchCore.Edge.Cameras;

/// <summary>
/// Where frames come from. Used by one thread at a time; opened by its constructor or its first read.
/// </summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What it is, for people: "folder /data/parts", "simulated line, seed 7".</summary>
    public string Description { get; }

    /// <summary>
    /// Waits for the next picture, writes it into what <see cref="Frame.Prepare()"/> gives, and sets
    /// <see cref="Frame.PartId"/>, <see cref="Frame.Truth"/> and <see cref="Frame.Origin"/> as far as it knows them.
    /// False: there will be no more.
    /// </summary>
    /// <exception cref="CameraException">No picture, see <see cref="CameraException.SourceUsable"/>.</exception>
    /// <exception cref="OperationCanceledException">Canceled while waiting.</exception>
    public bool TryRead(Frame into, CancellationToken cancellationToken);
}
