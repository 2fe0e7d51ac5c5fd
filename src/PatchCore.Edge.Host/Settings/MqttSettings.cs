namespace PatchCore.Edge.Host.Settings;

internal sealed class MqttSettings
{
    /// <summary>Null: localhost, unless there are <see cref="Brokers"/>.</summary>
    public string? Host { get; init; }

    /// <summary>Null: 1883, unless there are <see cref="Brokers"/>.</summary>
    public int? Port { get; init; }

    /// <summary>In order of preference, instead of a host and a port.</summary>
    public List<BrokerSettings> Brokers { get; init; } = [];

    /// <summary>From look to look whether a preferred broker is there again; 0 stays with the one in use.</summary>
    public double ReturnSeconds { get; init; } = 30;

    /// <summary>"5" or "3.1.1".</summary>
    public string Protocol { get; init; } = "5";

    public string? ClientId { get; init; }

    public string? Username { get; init; }

    /// <summary>The environment variable that holds the user name.</summary>
    public string? UsernameEnvironment { get; init; }

    /// <summary>
    /// Its first line is the password, so that no password is in the configuration or the environment.
    /// </summary>
    public string? PasswordFile { get; set; }

    /// <summary>The environment variable that holds the password.</summary>
    public string? PasswordEnvironment { get; init; }

    public int KeepAliveSeconds { get; init; } = 30;

    /// <summary>How long the broker waits for the station to come back before it says that it is offline.</summary>
    public int WillDelaySeconds { get; init; } = 5;

    /// <summary>How long the broker keeps subscriptions and commands of a station that is away.</summary>
    public int SessionExpirySeconds { get; init; } = 10;

    public int ResultExpirySeconds { get; init; } = 3600;

    public int OutboxMegabytes { get; init; } = 32;

    /// <summary>From metrics to metrics; 0 publishes none.</summary>
    public double MetricsSeconds { get; init; } = 10;

    /// <summary>Null: results wait for the broker in memory.</summary>
    public OutboxSettings? Outbox { get; init; }

    public TlsSettings Tls { get; init; } = new();

    /// <summary>The brokers in order of preference, one or more.</summary>
    public IReadOnlyList<BrokerSettings> InOrder() => Brokers.Count > 0
        ? Brokers
        : [new BrokerSettings { Host = Host ?? "localhost", Port = Port ?? 1883 }];
}

internal sealed class TlsSettings
{
    public bool Enabled { get; init; }

    public string? CaFile { get; set; }

    public string? CertificateFile { get; set; }

    public string? KeyFile { get; set; }

    public bool VerifyHostname { get; init; } = true;
}
