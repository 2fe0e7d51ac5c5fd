namespace PatchCore.Edge.Cameras;

/// <summary>A source of live pictures, which come in a stream that says something about itself.</summary>
public interface ILiveSource : IFrameSource
{
    /// <summary>
    /// Frames a second and codec or pixel format as the stream states them; 0 and empty where it does not, and before
    /// the first picture.
    /// </summary>
    public (double FramesPerSecond, string Format) Stated { get; }
}
