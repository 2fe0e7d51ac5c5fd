using PatchCore.Edge.Cameras;

namespace PatchCore.Edge;

/// <summary>
/// Which frames of a camera are inspected, and for which part: at the camera's own pace, when a part comes into view,
/// when somebody asks, or each of them. Opens the tickets of parts at the desk.
/// </summary>
internal sealed class PartIntake : IFrameGate
{
    private readonly Camera _camera;
    private readonly TriggerOptions _trigger;
    private readonly TimeSpan? _deadline;
    private readonly PartDesk _desk;
    private readonly TimeProvider _time;
    private readonly FramePace _pace;
    private readonly ChangeTrigger? _change;
    private volatile string? _closed;
    private volatile bool _paused;
    private long _admitted;

    public PartIntake(Camera camera, PipelineOptions options, PartDesk desk, TimeProvider time)
    {
        (_camera, _trigger, _deadline, _desk, _time) = (camera, options.Trigger, options.Deadline, desk, time);
        _pace = new FramePace(_trigger.FramesPerSecond, time);
        _change = _trigger.Kind == TriggerKind.OnChange ? new ChangeTrigger(_trigger.Change) : null;
    }

    /// <summary>Frames let through so far.</summary>
    public long Admitted => Interlocked.Read(ref _admitted);

    /// <summary>A frame lies ready, or there will be no more.</summary>
    public Action? OnReady { get; set; }

    /// <summary>Whether frames are let go by until further notice.</summary>
    public bool Paused
    {
        get => _paused;
        set => _paused = value;
    }

    /// <summary>Why no parts are taken; null while they are.</summary>
    public string? Refusal => _closed ?? (_paused ? WhilePaused : null);

    public string WhilePaused => $"camera {_camera.Name} is paused";

    public void Close(string reason) => _closed ??= reason;

    public void Ready() => OnReady?.Invoke();

    public bool Admits(Frame frame)
    {
        if (Refusal is not null || !Matches(frame))
            return false;
        Interlocked.Increment(ref _admitted);
        return true;
    }

    /// <summary>Opens a ticket that waits for its frame; null when accepted, else why not.</summary>
    public string? TryRequest(in PartRequest request, out PartTicket ticket)
    {
        var now = _time.GetTimestamp();
        ticket = new PartTicket
        {
            PartId = request.PartId,
            PartType = request.PartType,
            TriggeredTimestamp = now,
            TriggeredAt = _time.GetUtcNow(),
            NotBefore = now + ToTimestamp(_trigger.Delay),
            Due = Due(now),
        };
        if (_trigger.Kind != TriggerKind.Command)
            return $"camera {_camera.Name} takes no requests: its trigger is {_trigger.Kind}";
        if (Refusal is { } reason)
            return reason;
        return _desk.TryRequest(ticket)
            ? null
            : FormattableString.Invariant($"{_trigger.Queue} parts wait already at camera {_camera.Name}");
    }

    /// <summary>Opens the ticket for a frame that stands for itself.</summary>
    public void Open(PartTicket ticket, Frame frame)
    {
        ticket.Begin(frame, Due(frame.CapturedTimestamp));
        _desk.Open(ticket);
    }

    private bool Matches(Frame frame)
    {
        switch (_trigger.Kind)
        {
            case TriggerKind.Continuous:
                // Its ticket is opened when it is taken: until then a newer one may replace it.
                return _pace.Admits(frame.CapturedTimestamp);
            case TriggerKind.Command:
                var request = _desk.Match(frame.CapturedTimestamp, frame.Failure, _camera.IsTriggerable);
                request?.Attach(frame);
                return request is not null;
            case TriggerKind.OnChange when frame.Failure is not null || !_change!.Admits(frame.Image):
                return false;
            default:
                Open(new PartTicket(), frame);
                return true;
        }
    }

    private long? Due(long start) => _deadline is { } deadline ? start + ToTimestamp(deadline) : null;

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
