using System.Buffers;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// What somebody should look at, at most one of a kind for each camera and for the station: published when it begins,
/// when its severity changes, and when it is over. Whoever finds out says how things are, as often as it likes. For any
/// number of threads.
/// </summary>
/// <param name="topics">Of the station.</param>
/// <param name="expiry">Age at which an alarm that could not be delivered is given up.</param>
/// <param name="publish">Takes topic, payload and delivery; never waits.</param>
internal sealed class Alarms(
    Topics topics, TimeSpan expiry, Action<string, ReadOnlyMemory<byte>, MosquittoDelivery> publish, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Camera, AlarmKind Kind), (AlarmSeverity Severity, DateTimeOffset Since)>
        _active = [];

    /// <summary>Alarms that last.</summary>
    public int Active
    {
        get
        {
            lock (_gate)
                return _active.Count;
        }
    }

    /// <summary>Says that there is something to look at.</summary>
    /// <param name="camera">Null: of the station as a whole.</param>
    /// <param name="text">For people: what was found.</param>
    public void Raise(string? camera, AlarmKind kind, AlarmSeverity severity, string text)
    {
        lock (_gate)
        {
            var known = _active.TryGetValue((camera, kind), out var active);
            if (known && active.Severity == severity)
                return;
            active = (severity, known ? active.Since : time.GetUtcNow());
            _active[(camera, kind)] = active;
            Publish(camera, kind, active, null, text);
        }
    }

    /// <summary>Says that there is nothing of the kind; published if there was.</summary>
    public void Clear(string? camera, AlarmKind kind, string text)
    {
        lock (_gate)
        {
            if (_active.Remove((camera, kind), out var active))
                Publish(camera, kind, active, time.GetUtcNow(), text);
        }
    }

    private void Publish(
        string? camera, AlarmKind kind, (AlarmSeverity Severity, DateTimeOffset Since) alarm, DateTimeOffset? cleared,
        string text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new AlarmMessage
        {
            Station = topics.Station,
            Camera = camera,
            Kind = kind,
            Severity = alarm.Severity,
            Since = alarm.Since,
            Cleared = cleared,
            Text = text,
            PublishedAt = time.GetUtcNow(),
        }.WriteTo(buffer);
        publish(
            camera is null ? topics.StationAlarm : topics.Alarm(camera),
            buffer.WrittenMemory,
            new MosquittoDelivery(
                Delivery.Alarm.QualityOfService, Delivery.Alarm.Retain, expiry, "application/json"));
    }
}
