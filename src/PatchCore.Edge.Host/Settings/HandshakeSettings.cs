namespace PatchCore.Edge.Host.Settings;

/// <summary>Whether and how a camera goes hand in hand with a controller.</summary>
internal sealed class HandshakeSettings
{
    public bool Enabled { get; init; }

    /// <summary>How long a result is held for its acknowledgement.</summary>
    public int AckTimeoutMs { get; init; } = 10000;

    public int HeartbeatMs { get; init; } = 1000;
}
