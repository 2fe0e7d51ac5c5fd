namespace PatchCore.Edge.Host.Archiving;

internal static partial class ArchiveLog
{
    [LoggerMessage(200, LogLevel.Information, "Archive {Path}: {Frames} frames, {Bytes} bytes, the oldest of {Oldest}")]
    public static partial void Counted(this ILogger logger, string path, long frames, long bytes, DateOnly? oldest);

    [LoggerMessage(201, LogLevel.Error, "Archive {Path}: pictures are not kept: {Reason}; trying again")]
    public static partial void Failing(this ILogger logger, string path, string reason);

    [LoggerMessage(202, LogLevel.Information, "Archive {Path}: pictures are kept again")]
    public static partial void Recovered(this ILogger logger, string path);

    [LoggerMessage(203, LogLevel.Warning, "Camera {Camera}: a picture could not be copied for the archive: {Reason}")]
    public static partial void NotCopied(this ILogger logger, string camera, string reason);

    [LoggerMessage(205, LogLevel.Warning, "Camera {Camera}: a picture could not be encoded: {Reason}")]
    public static partial void NotEncoded(this ILogger logger, string camera, string reason);

    [LoggerMessage(206, LogLevel.Warning,
        "Archive {Path}: the clock is {Days:F2} days ahead of where it was, or of the newest picture; until it has run "
        + "on for a day, pictures are not removed because of it")]
    public static partial void ClockDoubted(this ILogger logger, string path, double days);

    [LoggerMessage(207, LogLevel.Information, "Archive {Path}: pictures are removed by the clock again")]
    public static partial void ClockBelieved(this ILogger logger, string path);

    [LoggerMessage(204, LogLevel.Warning, "Archive {Path}: {Count} pictures were not written before stopping")]
    public static partial void LeftBehind(this ILogger logger, string path, long count);
}
