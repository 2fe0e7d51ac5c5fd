namespace PatchCore.Edge.Host.Settings;

internal sealed class MqttSettings
{
    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = 1883;

    /// <summary>"5" or "3.1.1".</summary>
    public string Protocol { get; init; } = "5";

    public string? ClientId { get; init; }

    public string? Username { get; init; }

    /// <summary>
    /// Its first line is the password, so that no password is in the configuration or the environment.
    /// </summary>
    public string? PasswordFile { get; set; }

    public int KeepAliveSeconds { get; init; } = 30;

    public int ResultExpirySeconds { get; init; } = 3600;

    public int OutboxMegabytes { get; init; } = 32;

    /// <summary>From metrics to metrics; 0 publishes none.</summary>
    public double MetricsSeconds { get; init; } = 10;

    /// <summary>Null: results wait for the broker in memory.</summary>
    public OutboxSettings? Outbox { get; init; }

    public TlsSettings Tls { get; init; } = new();
}

internal sealed class TlsSettings
{
    public bool Enabled { get; init; }

    public string? CaFile { get; set; }

    public string? CertificateFile { get; set; }

    public string? KeyFile { get; set; }

    public bool VerifyHostname { get; init; } = true;
}
