namespace PatchCore.Edge.Host.Settings;

/// <summary>
/// Everything that the configuration sets. Keys, ranges and defaults are those of
/// config/schema/appsettings.schema.json; what gets here has passed it.
/// </summary>
internal sealed class EdgeSettings
{
    public StationSettings Station { get; init; } = new();

    public MqttSettings Mqtt { get; init; } = new();

    public ExecutionSettings Execution { get; init; } = new();

    public RecipesSettings Recipes { get; init; } = new();

    public CommandsSettings Commands { get; init; } = new();

    /// <summary>Null: no pictures are kept.</summary>
    public ArchiveSettings? Archive { get; init; }

    /// <summary>Null: the station is no edge node.</summary>
    public SparkplugSettings? Sparkplug { get; init; }

    /// <summary>By name, which is also the topic level.</summary>
    public Dictionary<string, CameraSettings> Cameras { get; init; } = [];
}

internal sealed class StationSettings
{
    public string Name { get; init; } = "";

    public string TopicRoot { get; init; } = "patchcore";

    public double DrainSeconds { get; init; } = 10;
}
