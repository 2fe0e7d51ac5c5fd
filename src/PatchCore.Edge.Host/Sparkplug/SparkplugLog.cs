namespace PatchCore.Edge.Host.Sparkplug;

internal static partial class SparkplugLog
{
    [LoggerMessage(300, LogLevel.Information, "Sparkplug: born as {Node} with bdSeq {Number} at the broker {Broker}")]
    public static partial void Born(this ILogger logger, string node, byte number, string broker);

    [LoggerMessage(301, LogLevel.Warning, "Sparkplug: no connection to the broker {Broker}: {Reason}; trying again")]
    public static partial void SparkplugLost(this ILogger logger, string broker, string reason);

    [LoggerMessage(302, LogLevel.Warning, "Sparkplug: {Text}")]
    public static partial void SparkplugProblem(this ILogger logger, string text);

    [LoggerMessage(303, LogLevel.Error, "Sparkplug: a message could not be sent")]
    public static partial void SparkplugFailed(this ILogger logger, Exception exception);

    [LoggerMessage(304, LogLevel.Warning, "Sparkplug: the command on {Topic} was passed over: {Reason}")]
    public static partial void SparkplugCommandRefused(this ILogger logger, string topic, string reason);
}
