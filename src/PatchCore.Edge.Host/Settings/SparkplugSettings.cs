namespace PatchCore.Edge.Host.Settings;

/// <summary>The station as a Sparkplug edge node, at the same broker as all else.</summary>
internal sealed class SparkplugSettings
{
    public string Group { get; init; } = "";

    /// <summary>Null: the station's name.</summary>
    public string? Node { get; init; }

    /// <summary>Of what survives the program: results that wait, and bdSeq. Null: nothing does.</summary>
    public string? Folder { get; set; }

    public int MaxMegabytes { get; init; } = 256;

    /// <summary>Of a result, by the time that the station has run since.</summary>
    public double MaxHours { get; init; } = 168;
}
