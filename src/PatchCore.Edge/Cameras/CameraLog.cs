using Microsoft.Extensions.Logging;

namespace PatchCore.Edge.Cameras;

internal static partial class CameraLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Camera {Camera}: opened {Source}")]
    public static partial void CameraOpened(this ILogger logger, string camera, string source);

    [LoggerMessage(Level = LogLevel.Information, Message = "Camera {Camera}: no more frames after {Captured}")]
    public static partial void CameraEnded(this ILogger logger, string camera, long captured);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Camera {Camera}: stopped: {Reason}")]
    public static partial void CameraStopped(this ILogger logger, string camera, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Camera {Camera}: frame {Frame} has no picture: {Reason}")]
    public static partial void FrameFailed(this ILogger logger, string camera, long frame, string reason);

    /// <summary>What the camera itself says needs no stack; it comes every minute for as long as it is away.</summary>
    public static void CameraLost(this ILogger logger, Exception error, string camera, double seconds)
    {
        if (error is CameraException)
            logger.CameraIsAway(camera, seconds, error.Message);
        else
            logger.CameraBroke(error, camera, seconds);
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Camera {Camera}: lost, opening it again in {Seconds:F1} s: {Reason}")]
    private static partial void CameraIsAway(this ILogger logger, string camera, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera}: broke, opening it again in {Seconds:F1} s")]
    private static partial void CameraBroke(this ILogger logger, Exception exception, string camera, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Camera {Camera}: given up after {Attempts} attempts")]
    public static partial void CameraFailed(this ILogger logger, Exception exception, string camera, int attempts);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera}: a listener of its state failed")]
    public static partial void StateListenerFailed(this ILogger logger, Exception exception, string camera);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Camera {Camera}: its source did not stop within {Seconds} s and is left behind")]
    public static partial void CameraLeftBehind(this ILogger logger, string camera, double seconds);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Camera {Camera}: hung in {Call} for {Seconds} s; thread left behind, {Count} of them now")]
    public static partial void SourceHangs(
        this ILogger logger, string camera, string call, double seconds, int count);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "Camera {Camera}: {Count} threads hang in its source; waiting until one of them returns")]
    public static partial void TooManyHang(this ILogger logger, string camera, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Camera {Camera}: pictures are {State} now, {Width}x{Height}")]
    public static partial void PictureChanged(
        this ILogger logger, string camera, PictureState state, int width, int height);
}
