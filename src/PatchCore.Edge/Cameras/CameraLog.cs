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

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera}: lost, opening it again in {Seconds} s")]
    public static partial void CameraLost(this ILogger logger, Exception exception, string camera, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Camera {Camera}: given up after {Attempts} attempts")]
    public static partial void CameraFailed(this ILogger logger, Exception exception, string camera, int attempts);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera}: a listener of its state failed")]
    public static partial void StateListenerFailed(this ILogger logger, Exception exception, string camera);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Camera {Camera}: its source did not stop within {Seconds} s and is left behind")]
    public static partial void CameraLeftBehind(this ILogger logger, string camera, double seconds);
}
