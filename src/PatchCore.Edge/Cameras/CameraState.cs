namespace PatchCore.Edge.Cameras;

public enum CameraState
{
    /// <summary>No frame yet.</summary>
    Starting,

    Streaming,

    /// <summary>The source was lost or cannot be opened; the camera tries again and again.</summary>
    Reconnecting,

    /// <summary>
    /// The source gave nothing for too long, or hangs; it is opened again as a lost one. Stays until a picture comes or
    /// the source is lost in another way.
    /// </summary>
    Stalled,

    /// <summary>The source has no more frames, or the camera was stopped.</summary>
    Ended,

    /// <summary>Given up after <see cref="CameraOptions.MaxAttempts"/>.</summary>
    Failed,
}

/// <summary>A camera at one moment.</summary>
public readonly record struct CameraStatus
{
    public CameraState State { get; init; }

    /// <summary>The source's description; null before the first one was opened.</summary>
    public string? Source { get; init; }

    /// <summary>The latest error's text, kept after recovery; null when there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>What the pictures look like; null before the first one.</summary>
    public PictureStatus? Picture { get; init; }

    /// <summary>Frames a second, smoothed; null before the second one.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>Frames that the source delivered, failed ones included.</summary>
    public long Captured { get; init; }

    /// <summary>Frames that a newer one replaced before anybody took them.</summary>
    public long Dropped { get; init; }

    /// <summary>Frames without a picture, or with one that is refused, see <see cref="Frame.Failure"/>.</summary>
    public long Failures { get; init; }

    /// <summary>Times the source was opened again after it was lost.</summary>
    public long Reopened { get; init; }

    /// <summary>Times the source gave nothing for too long.</summary>
    public long Stalls { get; init; }

    /// <summary>Times the source did not return when told to, so that its thread was left behind.</summary>
    public long Hung { get; init; }
}
