namespace PatchCore.Edge.Host.Services;

internal static partial class ServiceLog
{
    [LoggerMessage(1, LogLevel.Information, "Configured by {Path}")]
    public static partial void Configured(this ILogger logger, string path);

    [LoggerMessage(4, LogLevel.Information, "Station {Station} inspects {Cameras}")]
    public static partial void Running(this ILogger logger, string station, string cameras);

    [LoggerMessage(5, LogLevel.Information, "Stopping: frames in flight get their verdict")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(6, LogLevel.Information, "Every source has ended")]
    public static partial void AllEnded(this ILogger logger);

    [LoggerMessage(7, LogLevel.Critical, "The station fails: {Reason}")]
    public static partial void Failed(this ILogger logger, string reason);

    [LoggerMessage(8, LogLevel.Warning, "An inspection did not end within {Seconds} s and is left behind")]
    public static partial void InspectionLeftBehind(this ILogger logger, double seconds);

    [LoggerMessage(9, LogLevel.Warning, "{Count} messages could not be delivered before stopping")]
    public static partial void Undelivered(this ILogger logger, int count);

    [LoggerMessage(10, LogLevel.Information,
        "Stopped: {Passed} PASS, {Failed} FAIL, {Errors} ERROR; {Dropped} frames were dropped for newer ones")]
    public static partial void Stopped(this ILogger logger, long passed, long failed, long errors, long dropped);

    [LoggerMessage(11, LogLevel.Error, "Camera {Camera} has frames but gets no verdicts; the watchdog is not fed")]
    public static partial void NoProgress(this ILogger logger, string camera);

    [LoggerMessage(12, LogLevel.Warning, "ONNX Runtime: {Text}")]
    public static partial void RuntimeWarning(this ILogger logger, string text);

    [LoggerMessage(13, LogLevel.Warning, "Camera {Camera}: {Text}")]
    public static partial void Drifts(this ILogger logger, string camera, string text);

    [LoggerMessage(14, LogLevel.Information, "Camera {Camera}: {Text}")]
    public static partial void DriftOver(this ILogger logger, string camera, string text);

    [LoggerMessage(15, LogLevel.Warning, "Camera {Camera}: drift cannot be watched: {Reason}")]
    public static partial void DriftFailed(this ILogger logger, string camera, string reason);
}
