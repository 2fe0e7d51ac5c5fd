namespace PatchCore.Edge.Cameras;

/// <summary>A source whose camera can take a picture when it is told to, and none before.</summary>
public interface ITriggerableSource : IFrameSource
{
    /// <summary>Whether it is set to do so; else its frames come by themselves.</summary>
    public bool AwaitsTrigger { get; }

    /// <summary>
    /// Has the camera take one picture, which <see cref="IFrameSource.TryRead"/> then gives. Called from another thread
    /// than the one that reads; does not wait for the picture.
    /// </summary>
    /// <exception cref="CameraException">The camera does not take the order.</exception>
    public void Trigger();
}
