using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// What somebody should look at, at most one of a kind for each camera and for the station: published when it begins,
/// when its severity changes, when somebody has seen it, and when it is over. Whoever finds out says how things are, as
/// often as it likes. For any number of threads.
/// </summary>
/// <param name="topics">Of the station.</param>
/// <param name="expiry">Age at which an alarm that could not be delivered is given up.</param>
/// <param name="publish">Takes topic, payload and delivery; never waits.</param>
internal sealed class Alarms(
    Topics topics, TimeSpan expiry, Action<string, ReadOnlyMemory<byte>, MosquittoDelivery> publish, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Camera, AlarmKind Kind), Active> _active = [];

    /// <summary>Alarms that last.</summary>
    public int Count
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
            // Who has seen a warning has not seen that it became worse.
            var seen = known && severity < active.Severity;
            active = new Active(
                severity, known ? active.Since : time.GetUtcNow(), text, seen ? active.Acknowledged : null,
                seen ? active.By : null);
            _active[(camera, kind)] = active;
            Publish(camera, kind, active, null, text);
        }
    }

    /// <summary>
    /// Marks the camera's alarm of a kind, or the station's where the camera has none, as seen: published once, and
    /// nothing is cleared. Null when done, also when it was before, else why not.
    /// </summary>
    /// <param name="by">Who has seen it, if known.</param>
    public string? Acknowledge(string camera, AlarmKind kind, string? by)
    {
        lock (_gate)
        {
            var of = _active.ContainsKey((camera, kind)) ? camera : null;
            if (!_active.TryGetValue((of, kind), out var active))
                return $"there is no alarm of this kind at camera {camera}, nor at the station";
            if (active.Acknowledged is not null)
                return null;
            active = active with { Acknowledged = time.GetUtcNow(), By = by };
            _active[(of, kind)] = active;
            Publish(of, kind, active, null, active.Text);
            return null;
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

    private void Publish(string? camera, AlarmKind kind, in Active alarm, DateTimeOffset? cleared, string text)
    {
        var message = new AlarmMessage
        {
            Station = topics.Station,
            Camera = camera,
            Kind = kind,
            Severity = alarm.Severity,
            Since = alarm.Since,
            Cleared = cleared,
            Acknowledged = alarm.Acknowledged,
            AcknowledgedBy = alarm.By,
            Text = text,
            PublishedAt = time.GetUtcNow(),
        };
        publish(
            camera is null ? topics.StationAlarm : topics.Alarm(camera),
            message.ToUtf8(),
            new MosquittoDelivery(
                Delivery.Alarm.QualityOfService, Delivery.Alarm.Retain, expiry, "application/json"));
    }

    private readonly record struct Active(
        AlarmSeverity Severity, DateTimeOffset Since, string Text, DateTimeOffset? Acknowledged, string? By);
}
