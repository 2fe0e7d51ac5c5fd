namespace PatchCore.Edge.Native;

/// <summary>A version of the protocol.</summary>
public enum MqttVersion
{
    Mqtt5,

    /// <summary>Has no properties: expiry, content type, correlation, response topic and user properties are neither
    /// sent nor received.</summary>
    Mqtt311,
}

/// <summary>
/// Where a <see cref="MosquittoClient"/> connects, as whom, and what the broker says when it is lost.
/// </summary>
public sealed record MosquittoOptions
{
    public required string Host { get; init; }

    /// <summary>1..65535.</summary>
    public int Port { get; init; } = 1883;

    public MqttVersion Version { get; init; }

    /// <summary>Null lets the library choose one.</summary>
    public string? ClientId { get; init; }

    /// <summary>Whole seconds, 5 s to 65535 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Null connects without TLS.</summary>
    public MosquittoTls? Tls { get; init; }

    public MosquittoWill? Will { get; init; }

    /// <summary>
    /// Instead of <see cref="Will"/>, the one for the next try to connect; called for every one, so
    /// <see cref="ResendAfterReconnect"/> must be false.
    /// </summary>
    public Func<MosquittoWill>? NextWill { get; init; }

    /// <summary>
    /// How long the broker keeps subscriptions and messages of a client that is away, in whole seconds; it needs a
    /// <see cref="ClientId"/> and MQTT 5. Null: every connection begins anew.
    /// </summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>
    /// Whether what the broker had not acknowledged is sent again after a reconnect. If not, every connection begins
    /// with nothing outstanding, and nothing is taken without one: who publishes does it again.
    /// </summary>
    public bool ResendAfterReconnect { get; init; } = true;

    /// <summary>
    /// The first wait after a lost or refused connection; doubles up to <see cref="MaxReconnectDelay"/>.
    /// </summary>
    public TimeSpan MinReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a broker may take to answer, network and TLS included; then it counts as gone.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long Dispose waits for publishes that the broker has not acknowledged yet.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Host and port alone: a password must not get into a log by way of a record.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>PEM files; without <see cref="CaFile"/> the system's certificate store is used.</summary>
public sealed record MosquittoTls(string? CaFile, string? CertificateFile, string? KeyFile, bool VerifyHostname = true);

/// <summary>
/// Published by the broker when the connection is lost without a disconnect, and has not come back for Delay (whole
/// seconds). A delay needs a session that lasts as long, and MQTT 5.
/// </summary>
public sealed record MosquittoWill(
    string Topic, ReadOnlyMemory<byte> Payload, MosquittoDelivery Delivery, TimeSpan Delay = default);

/// <summary>
/// How one message is delivered. Qos 0 is at most once, 1 at least once. Expiry is in whole seconds; null is never.
/// Correlation tells which other message this one belongs to; ResponseTopic is where an answer is to go. UserProperties
/// are names and values for whoever passes the message on; null is none.
/// </summary>
public readonly record struct MosquittoDelivery(
    int Qos, bool Retain = false, TimeSpan? Expiry = null, string? ContentType = null,
    CorrelationData? Correlation = null, string? ResponseTopic = null,
    IReadOnlyList<MosquittoUserProperty>? UserProperties = null);

/// <summary>
/// A name and a value, at most 65,535 bytes of UTF-8 each, without control characters: receivers may end the connection
/// over one (MQTT 5, section 1.5.4).
/// </summary>
public readonly record struct MosquittoUserProperty(string Name, string Value);
