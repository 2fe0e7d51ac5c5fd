namespace PatchCore.Edge.Host.Settings;

internal sealed class OutboxSettings
{
    /// <summary>The file.</summary>
    public string Path { get; set; } = "";

    public int MaxMegabytes { get; init; } = 256;

    /// <summary>Of a result, by the time that the station has run since.</summary>
    public double MaxHours { get; init; } = 168;
}
