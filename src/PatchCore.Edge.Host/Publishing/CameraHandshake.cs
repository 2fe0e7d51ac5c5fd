using System.Security.Cryptography;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// One camera's <see cref="PlcHandshake"/>: told what happens by commands, results, the camera and the clock, it
/// publishes every change, and a heartbeat, and raises the alarm of a controller that does not acknowledge. Never
/// waits. Thread-safe.
/// </summary>
internal sealed class CameraHandshake : IAsyncDisposable
{
    /// <summary>Heartbeats after which what is retained is nobody's state any more.</summary>
    private const int Stale = 3;

    private readonly string _camera;
    private readonly string _station;
    private readonly string _topic;
    private readonly string _lineTopic;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _heartbeat;
    private readonly MosquittoDelivery _delivery;
    private readonly Action<string, byte[], MosquittoDelivery> _publish;
    private readonly Alarms _alarms;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Lock _gate = new();
    private readonly PlcHandshake _machine;
    private readonly ITimer _held;
    private readonly ITimer _beat;
    private Func<string?> _unready = () => "the camera is starting";
    private bool _asking;
    private HandshakeSnapshot _told;

    /// <param name="publish">Sets what a topic retains; never waits.</param>
    public CameraHandshake(
        string camera, HandshakeSettings settings, Topics topics,
        Action<string, byte[], MosquittoDelivery> publish, Alarms alarms, TimeProvider time)
    {
        (_camera, _station, _publish, _alarms, _time) = (camera, topics.Station, publish, alarms, time);
        (_topic, _lineTopic) = (topics.Handshake(camera), topics.PlcHandshake(camera));
        _timeout = TimeSpan.FromMilliseconds(settings.AckTimeoutMs);
        _heartbeat = TimeSpan.FromMilliseconds(settings.HeartbeatMs);
        // A broker counts whole seconds.
        _delivery = new MosquittoDelivery(
            Delivery.Handshake.QualityOfService, Delivery.Handshake.Retain,
            TimeSpan.FromSeconds(Math.Ceiling(Stale * _heartbeat.TotalSeconds)));
        _started = time.GetTimestamp();
        // No clock and no file could tell two runs apart on every box.
        _machine = new PlcHandshake(RandomNumberGenerator.GetInt32(1, int.MaxValue), _timeout);
        _held = time.CreateTimer(_ => Change(Tick), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _beat = time.CreateTimer(_ => Change(Beat), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>From now on it goes by what the camera does.</summary>
    public void Start(Pipeline pipeline)
    {
        _unready = () => Unready(pipeline);
        pipeline.Camera.StateChanged += (_, _) => Change(Tick);
        Change(Beat);
        _beat.Change(_heartbeat, _heartbeat);
    }

    /// <summary>Looks whether the camera can inspect, after something was done to it.</summary>
    public void Refresh() => Change(Tick);

    /// <summary>A controller asks for the inspection of a part.</summary>
    /// <param name="request">Asks the camera; null when it takes the part, else why not.</param>
    /// <returns>The part's number, or why it is refused.</returns>
    public (int? Number, string? Refusal) Trigger(string? partId, int? number, Func<string?> request)
    {
        int taken;
        lock (_gate)
        {
            var answer = Apply(() => _machine.Trigger(partId, number, Now));
            taken = _machine.Snapshot.Trigger;
            _asking = answer.Reply == HandshakeReply.Accepted;
            Tell();
            if (!_asking)
                return (answer.Refusal is null ? taken : null, answer.Refusal);
        }

        // Not under the lock: whoever speaks a verdict has the camera's lock, and then wants this one.
        var refusal = request();
        lock (_gate)
        {
            _asking = false;
            if (refusal is not null)
            {
                Apply(() =>
                {
                    _machine.Withdraw();
                    return true;
                });
            }

            Tell();
            return (refusal is null ? taken : null, refusal);
        }
    }

    /// <summary>A controller has a result.</summary>
    /// <returns>Why that is refused, else null.</returns>
    public string? Acknowledge(string? partId, int? number)
    {
        var answer = Change(() => _machine.Acknowledge(partId, number, Now));
        if (answer.Reply == HandshakeReply.Accepted)
            _alarms.Clear(_camera, AlarmKind.Handshake, "results are acknowledged again");
        return answer.Refusal;
    }

    /// <summary>A part has its result, whose message is on its way.</summary>
    /// <param name="verdict">As the message says it.</param>
    public void Complete(Verdict verdict, ResultId id) => Change(() => _machine.Complete(verdict, id, Now));

    /// <summary>Says that nothing more will be inspected.</summary>
    public void Stop(string reason)
    {
        _beat.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            // A result that is held is no alarm: nobody had the time to acknowledge it.
            _machine.Stop(reason);
            Tell();
        }
    }

    /// <summary>Waits for what is being told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _beat.DisposeAsync();
        await _held.DisposeAsync();
    }

    /// <summary>A camera that awaits triggers gives no frame before the first.</summary>
    private static string? Unready(Pipeline pipeline)
    {
        var camera = pipeline.Camera;
        return pipeline.IsPaused ? $"camera {camera.Name} is paused"
            : camera.State == CameraState.Streaming || camera.IsTriggerable ? null
            : $"camera {camera.Name} is {camera.State}";
    }

    private void Tick() => _machine.Tick(Now);

    private void Beat()
    {
        _machine.Beat();
        Tick();
    }

    private void Change(Action input) => Change(() =>
    {
        input();
        return true;
    });

    private T Change<T>(Func<T> input)
    {
        lock (_gate)
        {
            var answer = Apply(input);
            Tell();
            return answer;
        }
    }

    private T Apply<T>(Func<T> input)
    {
        var timedOut = _machine.Snapshot.TimedOut;
        _machine.SetReadiness(_unready());
        var answer = input();
        if (_machine.Snapshot.TimedOut != timedOut)
            Complain();
        return answer;
    }

    private void Complain() => _alarms.Raise(
        _camera, AlarmKind.Handshake, AlarmSeverity.Warning, FormattableString.Invariant(
            $"the result with number {_machine.Snapshot.Result} was not acknowledged within ")
            + FormattableString.Invariant($"{_timeout.TotalMilliseconds:F0} ms"));

    /// <summary>Publishes what has changed; not a trigger that the camera may still refuse.</summary>
    private void Tell()
    {
        var now = _machine.Snapshot;
        if (_asking || now == _told)
            return;
        _told = now;
        if (_machine.Due is { } due)
        {
            // Timers count whole milliseconds; rounded down, it would fire early and find nothing.
            var wait = Math.Max(0, Math.Ceiling((due - Now).TotalMilliseconds));
            _held.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
        }

        var line = new byte[HandshakeLine.Length];
        HandshakeLine.Format(now, line);
        _publish(_lineTopic, line, _delivery with { ContentType = "text/plain" });
        var message = new HandshakeMessage
        {
            Station = _station,
            Camera = _camera,
            Handshake = now,
            PublishedAt = _time.GetUtcNow(),
        };
        _publish(_topic, message.ToUtf8(), _delivery with { ContentType = "application/json" });
    }
}
