namespace PatchCore.Edge.Host.Settings;

/// <summary>What a camera has for controllers that cannot read JSON.</summary>
internal sealed class PlcSettings
{
    /// <summary>Verdicts as letter and number.</summary>
    public bool Compact { get; init; }
}
