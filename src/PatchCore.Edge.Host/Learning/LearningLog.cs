using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Learning;

internal static partial class LearningLog
{
    [LoggerMessage(300, LogLevel.Information,
        "Camera {Camera}: result {Id} of recipe {Recipe} is confirmed good by {By}")]
    public static partial void Confirmed(this ILogger logger, string camera, ResultId id, string recipe, string? by);

    [LoggerMessage(301, LogLevel.Information,
        "Camera {Camera}: result {Id} of recipe {Recipe} is no longer confirmed good, says {By}")]
    public static partial void TakenBack(this ILogger logger, string camera, ResultId id, string recipe, string? by);

    [LoggerMessage(302, LogLevel.Information,
        "Camera {Camera}: the bank of recipe {Recipe}, {Bundle}, learns {Count} confirmed parts, commanded by {By}")]
    public static partial void LearningBegins(
        this ILogger logger, string camera, string recipe, string bundle, int count, string? by);

    [LoggerMessage(303, LogLevel.Information,
        "Camera {Camera}: the bank of recipe {Recipe}, {Bundle}, has learned {Count} parts and is {Id}")]
    public static partial void Learned(
        this ILogger logger, string camera, string recipe, string bundle, string? id, int count);

    [LoggerMessage(304, LogLevel.Warning, "Confirmed pictures stay in {Folder}: {Reason}")]
    public static partial void NotGivenBack(this ILogger logger, string folder, string reason);
}
