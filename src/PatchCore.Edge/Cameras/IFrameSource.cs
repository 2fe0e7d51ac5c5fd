namespace PatchCore.Edge.Cameras;

/// <summary>
/// Where frames come from. Used by one thread at a time; opened by its constructor or its first read.
/// </summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What it is, for people: "folder /data/parts", "simulated line, seed 7".</summary>
    public string Description { get; }

    /// <summary>
    /// How long a read may take with nothing wrong, on top of what the camera allows
    /// (<see cref="CameraOptions.StallTimeout"/>): the time from frame to frame of one that is paced;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for one that waits for a trigger. One that can look again and again calls
    /// <see cref="Frame.KeepWaiting"/> instead, so that it is noticed when looking hangs.
    /// </summary>
    public TimeSpan MayWait => TimeSpan.Zero;

    /// <summary>
    /// Whether a sensor takes the pictures, so that the same one again and again means that it is frozen; false for
    /// what is played back.
    /// </summary>
    public bool IsLive => true;

    /// <summary>
    /// Waits for the next picture, writes it into what <see cref="Frame.Prepare()"/> gives, and sets
    /// <see cref="Frame.PartId"/>, <see cref="Frame.Truth"/> and <see cref="Frame.Origin"/> as far as it knows them.
    /// False: there will be no more.
    /// </summary>
    /// <exception cref="CameraException">No picture, see <see cref="CameraException.SourceUsable"/>.</exception>
    /// <exception cref="OperationCanceledException">Canceled while waiting.</exception>
    public bool TryRead(Frame into, CancellationToken cancellationToken);
}
