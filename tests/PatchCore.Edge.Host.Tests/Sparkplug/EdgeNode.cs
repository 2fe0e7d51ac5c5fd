using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Sparkplug;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

/// <summary>An edge node of two cameras that are what a test says.</summary>
internal sealed class EdgeNode : IAsyncDisposable
{
    private readonly Dictionary<string, DeviceReading> _devices = new()
    {
        ["top"] = SparkplugExamples.Device(),
        ["side"] = SparkplugExamples.Device(CameraState.Starting),
    };

    /// <param name="durable">Becomes the link's.</param>
    /// <param name="second">Of the broker that is tried after the first.</param>
    /// <param name="follow">Of the broker that the station has gone to before the node is born.</param>
    /// <param name="before">Frames of the camera "top" whose results are there before the connection.</param>
    public EdgeNode(
        int port, TimeProvider? time = null, DurableOutbox? durable = null, BirthNumber? number = null,
        IEnumerable<int>? before = null, int? second = null, int? follow = null)
    {
        int[] ports = second is { } other ? [port, other] : [port];
        Link = new SparkplugLink(
            new SparkplugTopics("plant", "s1"),
            [.. ports.Select(broker => Clients.Options(broker) with { ClientId = "patchcore-s1" })],
            _devices.Keys, number ?? new BirthNumber(null), new Outbox(1 << 20, time ?? TimeProvider.System),
            NullLogger.Instance, durable);
        Add("top", before ?? []);
        if (follow is { } wanted)
            Link.Follow(Clients.Options(wanted).ToString());
        Link.Start(new SparkplugSources(
            () => SparkplugExamples.Node, _devices.Keys.ToDictionary(name => name, name => (Func<DeviceReading>)(
                () => Of(name))),
            TimeSpan.Zero, TimeSpan.FromMinutes(5)));
    }

    public SparkplugLink Link { get; }

    public void Set(string camera, CameraState state)
    {
        lock (_devices)
            _devices[camera] = SparkplugExamples.Device(state);
        Link.Wake();
    }

    public void Add(string camera, params IEnumerable<int> frames)
    {
        foreach (var frame in frames)
            Link.Add(camera, SparkplugExamples.Result(frame).ToUtf8(), Verdict.Fail);
    }

    public ValueTask DisposeAsync() => Link.DisposeAsync();

    private DeviceReading Of(string camera)
    {
        lock (_devices)
            return _devices[camera];
    }
}

/// <summary>What a host hears of the group.</summary>
internal sealed class Listener(Subscriber subscriber) : IDisposable
{
    public static byte[] Rebirth { get; } = new SparkplugPayload
    {
        Metrics = { new SparkplugMetric { Name = "Node Control/Rebirth", Datatype = 11, BooleanValue = true } },
    }.ToByteArray();

    public MosquittoClient Client => subscriber.Client;

    public static async Task<Listener> ToAsync(int port) =>
        new(await Subscriber.ToAsync(port, "spBv1.0/plant/#"));

    /// <summary>The next messages: "NBIRTH/s1 0", "DDATA/s1/top 3".</summary>
    public string[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Told(subscriber.Next()))];

    /// <summary>Until one of this kind.</summary>
    public SparkplugPayload Next(string kind) => SparkplugPayload.Parser.ParseFrom(
        subscriber.Next(message => message.Topic.Contains($"/{kind}/", StringComparison.Ordinal)).Payload);

    /// <summary>Asks for a rebirth.</summary>
    public void AskForRebirth() =>
        Client.TryPublish("spBv1.0/plant/NCMD/s1", Rebirth, new MosquittoDelivery(0), out _);

    public int Waiting => subscriber.Waiting;

    public void Dispose() => subscriber.Dispose();

    public static string Told(MosquittoMessage message)
    {
        var payload = SparkplugPayload.Parser.ParseFrom(message.Payload);
        var topic = message.Topic["spBv1.0/plant/".Length..];
        var historical = payload.Metrics.Any(metric => metric.IsHistorical) ? " historical" : "";
        return $"{topic} {(payload.HasSeq ? payload.Seq : "-")}{historical}";
    }
}
