namespace PatchCore.Edge.Cameras;

/// <summary>What a <see cref="SourceKeeper"/> asks of its camera.</summary>
internal interface ICameraSource
{
    public string Name { get; }

    /// <summary>The source's description, or the camera's name before the first one was opened.</summary>
    public string Source { get; }

    /// <summary>Makes the source; on a thread of its own, as the next two.</summary>
    public IFrameSource Open();

    public void Opened(IFrameSource source);

    /// <summary>Reads one frame and hands it over; false when there are no more.</summary>
    public bool ReadNext(SourceSession session, IFrameSource source);

    /// <summary>The source has ended, was lost or was left behind.</summary>
    public void Closed();

    /// <summary>The frame is with a thread that hangs, and never comes; its part has not been seen.</summary>
    public void Abandoned(Frame frame, string reason);

    public void Report(CameraState state, string error);
}
