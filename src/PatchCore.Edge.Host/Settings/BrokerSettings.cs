namespace PatchCore.Edge.Host.Settings;

/// <summary>One of several brokers.</summary>
internal sealed class BrokerSettings
{
    public string Host { get; init; } = "";

    public int Port { get; init; } = 1883;

    /// <summary>Null: as Mqtt:Tls.</summary>
    public TlsSettings? Tls { get; init; }
}
