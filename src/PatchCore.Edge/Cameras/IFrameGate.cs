namespace PatchCore.Edge.Cameras;

/// <summary>Decides which frames of a camera are inspected. Called on the camera's thread.</summary>
public interface IFrameGate
{
    /// <summary>
    /// Whether the frame, complete with id and capture time, is to be inspected; one that is not goes back to the pool
    /// unseen. May name the part that it shows (<see cref="Frame.Ticket"/>).
    /// </summary>
    public bool Admits(Frame frame);

    /// <summary>A frame lies ready, or there will be no more.</summary>
    public void Ready();
}
