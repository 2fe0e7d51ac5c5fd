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

    public Topics Topics { get; } = new(settings.Station.TopicRoot, settings.Station.Name);

    /// <summary>What the models turned out to be; empty until they are loaded.</summary>
    public string? Bundle { get; set; }

    public IReadOnlyList<ProviderStatus> Providers { get; set; } = [];

    public byte[] Online() => Status(online: true, null);

    public byte[] Offline(string reason) => Status(online: false, reason);

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

    /// <summary>How to reach the broker, with the last will in place.</summary>
    public MosquittoOptions Connection()
    {
        var mqtt = settings.Mqtt;
        return new MosquittoOptions
        {
            Host = mqtt.Host,
            Port = mqtt.Port,
            Version = mqtt.Protocol == "5" ? MqttVersion.Mqtt5 : MqttVersion.Mqtt311,
            ClientId = mqtt.ClientId ?? $"patchcore-{settings.Station.Name}",
            KeepAlive = TimeSpan.FromSeconds(mqtt.KeepAliveSeconds),
            Username = mqtt.Username,
            Password = mqtt.PasswordFile is null ? null : File.ReadLines(mqtt.PasswordFile).FirstOrDefault(),
            Tls = mqtt.Tls.Enabled
                ? new MosquittoTls(mqtt.Tls.CaFile, mqtt.Tls.CertificateFile, mqtt.Tls.KeyFile, mqtt.Tls.VerifyHostname)
                : null,
            Will = new MosquittoWill(Topics.Status, Offline("connection lost"), new MosquittoDelivery(
                Delivery.Status.QualityOfService, Delivery.Status.Retain, ContentType: "application/json")),
        };
    }

    private byte[] Status(bool online, string? reason) => new StationStatus
    {
        Station = settings.Station.Name,
        Online = online,
        Version = ProductVersion.Text,
        StartedAt = _startedAt,
        PublishedAt = time.GetUtcNow(),
        Reason = reason,
        Bundle = Bundle,
        Providers = Providers,
        Cameras = [.. settings.Cameras.Keys],
    }.ToUtf8();
}
