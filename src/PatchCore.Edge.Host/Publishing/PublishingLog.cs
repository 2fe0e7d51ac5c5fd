namespace PatchCore.Edge.Host.Publishing;

internal static partial class PublishingLog
{
    [LoggerMessage(100, LogLevel.Information, "Connected to the broker {Broker}")]
    public static partial void Connected(this ILogger logger, string broker);

    [LoggerMessage(101, LogLevel.Warning, "No connection to the broker {Broker}: {Reason}; trying again")]
    public static partial void ConnectionLost(this ILogger logger, string broker, string reason);

    [LoggerMessage(102, LogLevel.Warning, "The broker refused a message on {Topic}: {Reason}")]
    public static partial void PublishRefused(this ILogger logger, string topic, string reason);

    [LoggerMessage(103, LogLevel.Warning, "MQTT: {Text}")]
    public static partial void MqttProblem(this ILogger logger, string text);

    [LoggerMessage(104, LogLevel.Error, "A message could not be sent")]
    public static partial void PublishFailed(this ILogger logger, Exception exception);

    [LoggerMessage(105, LogLevel.Warning, "Camera {Camera}: the heatmap could not be made: {Reason}")]
    public static partial void HeatmapFailed(this ILogger logger, string camera, string reason);

    [LoggerMessage(106, LogLevel.Warning, "Camera {Camera}: the defect regions could not be found: {Reason}")]
    public static partial void RegionsFailed(this ILogger logger, string camera, string reason);

    [LoggerMessage(107, LogLevel.Warning, "Camera {Camera}: a command was refused: {Reason}")]
    public static partial void CommandRefused(this ILogger logger, string camera, string reason);

    [LoggerMessage(108, LogLevel.Information, "The outbox {Path} holds {Count} results of an earlier run")]
    public static partial void OutboxOpened(this ILogger logger, string path, long count);

    [LoggerMessage(109, LogLevel.Warning,
        "The outbox {Path} cannot be used: {Reason}; results wait in memory, and it is tried again")]
    public static partial void OutboxFails(this ILogger logger, string path, string reason);

    [LoggerMessage(110, LogLevel.Information, "The outbox {Path} works again")]
    public static partial void OutboxWorks(this ILogger logger, string path);

    [LoggerMessage(111, LogLevel.Error, "The outbox {Path} was damaged: {Reason}; it is set aside as {Aside}")]
    public static partial void OutboxDamaged(this ILogger logger, string path, string reason, string aside);

    [LoggerMessage(112, LogLevel.Warning, "The outbox {Path} hangs and is left behind with {Count} results")]
    public static partial void OutboxLeftBehind(this ILogger logger, string path, int count);

    [LoggerMessage(113, LogLevel.Information, "The broker takes messages on {Topic} again")]
    public static partial void PublishTaken(this ILogger logger, string topic);

    [LoggerMessage(114, LogLevel.Information, "Leaves the broker {Broker}: {Preferred} is there again")]
    public static partial void Returns(this ILogger logger, string broker, string preferred);
}
