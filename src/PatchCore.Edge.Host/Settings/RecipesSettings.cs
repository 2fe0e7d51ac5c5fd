namespace PatchCore.Edge.Host.Settings;

/// <summary>Where the recipes of the station are.</summary>
internal sealed class RecipesSettings
{
    /// <summary>A folder of files NAME.json; null: cameras name their bundles.</summary>
    public string? Folder { get; set; }

    /// <summary>How often recipes and bundles are looked at for changes; 0 never.</summary>
    public double PollSeconds { get; init; } = 2;
}
