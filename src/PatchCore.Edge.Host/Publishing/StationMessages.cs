using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// The retained messages of a station: its status (birth, farewell, last will) and the state of its cameras.
/// </summary>
internal sealed class StationMessages(EdgeSettings settings, TimeProvider time)
{
    private const long Megabyte = 1 << 20;

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly Lock _gate = new();
    private string? _broker;

    public Topics Topics { get; } = new(settings.Station.TopicRoot, settings.Station.Name);

    /// <summary>What the models turned out to be; empty until they are loaded.</summary>
    public string? Bundle { get; set; }

    public IReadOnlyList<ProviderStatus> Providers { get; set; } = [];

    /// <summary>Why the station is no more; null while it is there.</summary>
    public string? Farewell { get; private set; }

    /// <summary>Has the link publish the station's status, now and whenever a broker answers.</summary>
    public void TellStatus(MqttLink link)
    {
        link.Answered += broker => Tell(link, () => _broker = broker);
        link.Farewell = other => (Topics.Status, Offline($"moved to the broker {other}"));
        TellAgain(link);
    }

    /// <summary>Publishes the station's status after something of it has changed.</summary>
    public void TellAgain(MqttLink link) => Tell(link, () => { });

    /// <summary>Publishes that the station is offline, as the last that it says of itself.</summary>
    public void SayGoodbye(MqttLink link, string reason) => Tell(link, () => Farewell = reason);

    /// <param name="reason">Why.</param>
    public byte[] Offline(string reason) => Status(online: false, reason, _broker);

    /// <summary>Raises or clears the alarm of a broker that refuses results.</summary>
    /// <param name="refusal">What it refuses, and why; null when it takes them.</param>
    public static void TellRefusal(string? refusal, Alarms alarms)
    {
        if (refusal is null)
            alarms.Clear(null, AlarmKind.Broker, "the broker takes results again");
        else
            alarms.Raise(null, AlarmKind.Broker, AlarmSeverity.Critical, refusal);
    }

    /// <param name="paused">Whether the camera's frames go by.</param>
    public byte[] State(Camera camera, bool paused) => new CameraStateMessage
    {
        Station = settings.Station.Name,
        Camera = camera.Name,
        Status = camera.Status,
        Paused = paused,
        PublishedAt = time.GetUtcNow(),
    }.ToUtf8();

    /// <summary>The station's alarms, to be sent in order with its results.</summary>
    public Alarms AlarmsOver(MqttLink link) => new(
        Topics, TimeSpan.FromSeconds(settings.Mqtt.ResultExpirySeconds),
        (topic, payload, delivery) => link.PublishEvent(topic, payload.Span, delivery), time);

    /// <summary>Publishes how the archive is doing, and raises or clears its alarm.</summary>
    public void Tell(ArchiveMessage archive, Alarms alarms, MqttLink link)
    {
        link.PublishState(Topics.Archive, archive.ToUtf8());
        if (archive.State == ArchiveState.Ok)
            alarms.Clear(null, AlarmKind.Archive, "pictures are kept again");
        else
            alarms.Raise(null, AlarmKind.Archive, AlarmSeverity.Warning, $"pictures are not kept: {archive.Reason}");
    }

    /// <summary>Raises or clears the outbox's alarm.</summary>
    /// <param name="trouble">What is wrong with its file; null when nothing is.</param>
    public static void Tell(string? trouble, Alarms alarms)
    {
        if (trouble is null)
            alarms.Clear(null, AlarmKind.Outbox, "results are kept on disk again");
        else
            alarms.Raise(null, AlarmKind.Outbox, AlarmSeverity.Warning, trouble);
    }

    /// <summary>Where results wait for the broker on disk; null when they wait in memory.</summary>
    public DurableOutbox? OpenOutbox(ILogger logger)
    {
        var mqtt = settings.Mqtt;
        return mqtt.Outbox is not { } outbox ? null : new DurableOutbox(
            outbox.Path, new OutboxLimits(outbox.MaxMegabytes * Megabyte, TimeSpan.FromHours(outbox.MaxHours)),
            new MosquittoDelivery(
                Delivery.Result.QualityOfService, Delivery.Result.Retain,
                TimeSpan.FromSeconds(mqtt.ResultExpirySeconds), "application/json"),
            mqtt.OutboxMegabytes * Megabyte, time, logger);
    }

    /// <summary>How to reach each broker, with the last will in place.</summary>
    public IReadOnlyList<MosquittoOptions> Connections()
    {
        var mqtt = settings.Mqtt;
        var isLatest = mqtt.Protocol == "5";
        var station = new MosquittoOptions
        {
            Host = "",
            Version = isLatest ? MqttVersion.Mqtt5 : MqttVersion.Mqtt311,
            ClientId = mqtt.ClientId ?? $"patchcore-{settings.Station.Name}",
            KeepAlive = TimeSpan.FromSeconds(mqtt.KeepAliveSeconds),
            Username = mqtt.UsernameEnvironment is { } user ? Environment.GetEnvironmentVariable(user) : mqtt.Username,
            Password = mqtt.PasswordEnvironment is { } password ? Environment.GetEnvironmentVariable(password)
                : mqtt.PasswordFile is { } file ? File.ReadLines(file).FirstOrDefault() : null,
            SessionExpiry = isLatest && mqtt.SessionExpirySeconds > 0
                ? TimeSpan.FromSeconds(mqtt.SessionExpirySeconds) : null,
        };
        return [.. mqtt.InOrder().Select(broker => station with
        {
            Host = broker.Host,
            Port = broker.Port,
            Tls = Of(broker.Tls ?? mqtt.Tls),
            Will = new MosquittoWill(
                Topics.Status,
                Status(online: false, "connection lost", $"{broker.Host}:{broker.Port}"),
                new MosquittoDelivery(
                    Delivery.Status.QualityOfService, Delivery.Status.Retain, ContentType: "application/json",
                    UserProperties: [new("schema", StationStatus.Schema)]),
                TimeSpan.FromSeconds(mqtt.WillDelaySeconds)),
        })];
    }

    private static MosquittoTls? Of(TlsSettings tls) => tls.Enabled
        ? new MosquittoTls(tls.CaFile, tls.CertificateFile, tls.KeyFile, tls.VerifyHostname)
        : null;

    /// <summary>What changes and what is told of it belong together: the last that is told must be the last.</summary>
    private void Tell(MqttLink link, Action change)
    {
        lock (_gate)
        {
            change();
            link.PublishState(Topics.Status, Status(Farewell is null, Farewell, _broker));
        }
    }

    private byte[] Status(bool online, string? reason, string? broker) => new StationStatus
    {
        Station = settings.Station.Name,
        Online = online,
        Version = ProductVersion.Text,
        StartedAt = _startedAt,
        PublishedAt = time.GetUtcNow(),
        Reason = reason,
        Broker = broker,
        Bundle = Bundle,
        Providers = Providers,
        Cameras = [.. settings.Cameras.Keys],
    }.ToUtf8();
}
