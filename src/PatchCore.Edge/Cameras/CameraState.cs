namespace PatchCore.Edge.Cameras;

public enum CameraState
{
    /// <summary>No frame yet.</summary>
    Starting,

    Streaming,

    /// <summary>The source was lost or cannot be opened; the camera tries again and again.</summary>
    Reconnecting,

    /// <summary>The source has no more frames, or the camera was stopped.</summary>
    Ended,

    /// <summary>Given up after <see cref="CameraOptions.MaxAttempts"/>.</summary>
    Failed,
}

/// <summary>A camera at one moment.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Source">The source's description; null before the first one was opened.</param>
/// <param name="LastError">The latest error's text, kept after recovery; null when there was none.</param>
/// <param name="Captured">Frames that the source delivered, failed ones included.</param>
/// <param name="Dropped">Frames that a newer one replaced before anybody took them.</param>
/// <param name="Failures">Frames without a picture, see <see cref="Frame.Failure"/>.</param>
/// <param name="Reopened">Times the source was opened again after it was lost.</param>
public readonly record struct CameraStatus(
    CameraState State, string? Source, string? LastError, long Captured, long Dropped, long Failures, long Reopened);
