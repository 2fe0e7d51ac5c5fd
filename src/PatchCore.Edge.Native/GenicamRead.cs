namespace PatchCore.Edge.Native;

public enum GenicamReadState
{
    /// <summary>No picture yet.</summary>
    None,

    Picture,

    /// <summary>A frame did not arrive whole; the next may.</summary>
    Incomplete,

    /// <summary>The camera does not answer any more; it has to be opened anew.</summary>
    Lost,
}

/// <summary>What a read brought.</summary>
/// <param name="State">Whether there is a picture.</param>
/// <param name="FrameId">The camera's number of the frame; it may start over.</param>
/// <param name="TimeNanoseconds">By the camera's clock, whose zero means nothing; 0 when it tells none.</param>
/// <param name="Reason">Why a frame is incomplete; else empty.</param>
public readonly record struct GenicamRead(
    GenicamReadState State, ulong FrameId, long TimeNanoseconds, string Reason);
