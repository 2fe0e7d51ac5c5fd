namespace PatchCore.Edge.Host.Recipes;

internal static partial class RecipeLog
{
    [LoggerMessage(20, LogLevel.Information,
        "Bundle {Id} from {Directory}: threshold {Threshold}, golden images score as at training")]
    public static partial void BundleLoaded(this ILogger logger, string id, string directory, float threshold);

    [LoggerMessage(21, LogLevel.Information, "Execution provider {Outcome}")]
    public static partial void Provider(this ILogger logger, string outcome);

    [LoggerMessage(22, LogLevel.Information,
        "Camera {Camera}: recipe {Recipe}, bundle {Bundle}, threshold {Threshold} from the next frame on")]
    public static partial void RecipeChanged(
        this ILogger logger, string camera, string recipe, string bundle, float threshold);

    [LoggerMessage(23, LogLevel.Error, "Camera {Camera} keeps recipe {Recipe}, bundle {Bundle}: {Reason}")]
    public static partial void RecipeKept(
        this ILogger logger, string camera, string recipe, string bundle, string reason);

    [LoggerMessage(24, LogLevel.Error, "Part types of recipe {Recipe} stay as they were: {Reason}")]
    public static partial void PartTypesKept(this ILogger logger, string recipe, string reason);

    [LoggerMessage(26, LogLevel.Information,
        "Camera {Camera}: threshold {Threshold} from the next frame on, until recipe {Recipe} changes")]
    public static partial void ThresholdSet(this ILogger logger, string camera, string recipe, float threshold);

    [LoggerMessage(25, LogLevel.Error, "Recipes and bundles cannot be looked at for changes: {Reason}")]
    public static partial void NotWatched(this ILogger logger, string reason);
}
