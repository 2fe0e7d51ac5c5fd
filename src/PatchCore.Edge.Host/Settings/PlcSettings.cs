namespace PatchCore.Edge.Host.Settings;

/// <summary>What a camera has for controllers.</summary>
internal sealed class PlcSettings
{
    /// <summary>Verdicts as letter and number.</summary>
    public bool Compact { get; init; }

    public HandshakeSettings Handshake { get; init; } = new();
}
