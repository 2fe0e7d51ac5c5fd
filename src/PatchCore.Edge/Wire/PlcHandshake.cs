using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Wire;

/// <summary>
/// The handshake of one camera with a controller, one part at a time: ready, trigger taken, busy, result held until it
/// is acknowledged or that takes too long. The README beside this file has the diagram. Moments are times since one
/// that is the same for all calls, by a clock that never jumps. One call at a time.
/// </summary>
public sealed class PlcHandshake
{
    private readonly TimeSpan _timeout;
    private HandshakeSnapshot _now;
    private string? _unready = "the camera is starting";
    private TimeSpan _heldAt;
    private (int Number, string? PartId) _triggered;
    private (int Number, string? PartId) _before;
    private (int Number, string? PartId) _result;

    /// <param name="run">Tells this run from all others; 1 to 2147483647.</param>
    /// <param name="acknowledgeTimeout">How long a result is held; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not.</exception>
    public PlcHandshake(int run, TimeSpan acknowledgeTimeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(run, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(acknowledgeTimeout, TimeSpan.Zero);
        _timeout = acknowledgeTimeout;
        _now = new HandshakeSnapshot { State = HandshakeState.NotReady, Run = run, Reason = _unready };
    }

    public HandshakeSnapshot Snapshot => _now;

    /// <summary>When the result that is held times out; null while none is.</summary>
    public TimeSpan? Due => _now.IsResultValid ? _heldAt + _timeout : null;

    /// <summary>Says whether the camera can inspect a part; a part that is busy or held is not touched.</summary>
    /// <param name="reason">Why not; null when it can.</param>
    public void SetReadiness(string? reason)
    {
        if (_now.State == HandshakeState.Offline)
            return;
        _unready = reason;
        if (_now.State is HandshakeState.Ready or HandshakeState.NotReady)
            Rest();
    }

    /// <summary>
    /// The controller asks for an inspection. Accepted, it is busy until <see cref="Complete"/>, or until
    /// <see cref="Withdraw"/> takes it back.
    /// </summary>
    /// <param name="partId">The part's name; null where it has none.</param>
    /// <param name="number">What the controller counts it as, which must be the number after the last one, or the last
    /// one's for a repetition; null: it does not count.</param>
    /// <param name="now">The moment.</param>
    public HandshakeAnswer Trigger(string? partId, int? number, TimeSpan now)
    {
        Tick(now);
        if (number > 0 && number == _triggered.Number && (partId ?? _triggered.PartId) == _triggered.PartId)
            return new(HandshakeReply.Repeated, null);
        if (RefusalOf(number) is { } refusal)
        {
            _now = _now with { Missed = More(_now.Missed) };
            return new(HandshakeReply.Refused, refusal);
        }

        (_before, _triggered) = (_triggered, (PlcResult.After(_triggered.Number), partId));
        _now = _now with { State = HandshakeState.Busy, Trigger = _triggered.Number, PartId = partId };
        return new(HandshakeReply.Accepted, null);
    }

    /// <summary>The camera did not take the part after all: as if its trigger had been refused.</summary>
    public void Withdraw()
    {
        if (!_now.IsBusy)
            return;
        _triggered = _before;
        _now = _now with { Trigger = _triggered.Number, Missed = More(_now.Missed) };
        Rest();
    }

    /// <summary>The result of the part that is busy; one that nobody waits for changes nothing.</summary>
    public void Complete(Verdict verdict, ResultId id, TimeSpan now)
    {
        if (!_now.IsBusy)
            return;
        (_result, _heldAt) = (_triggered, now);
        _now = _now with
        {
            State = HandshakeState.ResultValid,
            Result = _result.Number,
            Verdict = verdict,
            ResultId = id,
            Outcome = HandshakeOutcome.None,
        };
    }

    /// <summary>The controller has the result. At least one of the two says which.</summary>
    /// <param name="partId">The part's name; null: <paramref name="number"/> says enough.</param>
    /// <param name="number">Of its trigger; null: the name says enough.</param>
    /// <param name="now">The moment.</param>
    public HandshakeAnswer Acknowledge(string? partId, int? number, TimeSpan now)
    {
        Tick(now);
        var meant = (partId is not null || number is not null) && _result.Number > 0
            && (number ?? _result.Number) == _result.Number && (partId ?? _result.PartId) == _result.PartId;
        if (meant && _now.IsResultValid)
        {
            Release(HandshakeOutcome.Acknowledged);
            return new(HandshakeReply.Accepted, null);
        }

        if (meant && _now.Outcome == HandshakeOutcome.Acknowledged)
            return new(HandshakeReply.Repeated, null);
        if (meant)
        {
            _now = _now with { LateAcknowledgements = More(_now.LateAcknowledgements) };
            return new(HandshakeReply.Refused, FormattableString.Invariant(
                $"late: the result of {Name(_result)} was held for {_timeout.TotalMilliseconds:F0} ms"));
        }

        _now = _now with { WrongAcknowledgements = More(_now.WrongAcknowledgements) };
        return new(HandshakeReply.Refused, _now.IsResultValid
            ? $"wrong part: the result that is held is of {Name(_result)}"
            : "no result is held");
    }

    /// <summary>Time goes by: a result that is held for too long is let go.</summary>
    public void Tick(TimeSpan now)
    {
        if (Due <= now)
            Release(HandshakeOutcome.TimedOut);
    }

    /// <summary>Counts the heartbeat on.</summary>
    public void Beat() => _now = _now with { Heartbeat = PlcResult.After(_now.Heartbeat) };

    /// <summary>The station stops, for good; a result that is held counts as not acknowledged.</summary>
    public void Stop(string reason)
    {
        if (_now.IsResultValid)
            Release(HandshakeOutcome.TimedOut);
        _now = _now with { State = HandshakeState.Offline, PartId = null, Reason = reason };
    }

    private static string Name((int Number, string? PartId) part) => FormattableString.Invariant(
        $"number {part.Number}") + (part.PartId is { } name ? $", part '{name}'" : "");

    private static int More(int count) => count == int.MaxValue ? count : count + 1;

    private string? RefusalOf(int? number) => _now.State switch
    {
        HandshakeState.Busy => $"busy: {Name(_triggered)} is being inspected",
        HandshakeState.ResultValid => $"result not acknowledged: that of {Name(_result)} is held",
        HandshakeState.Ready when number is { } found && found != PlcResult.After(_triggered.Number) =>
            FormattableString.Invariant($"number is {found}, expected {PlcResult.After(_triggered.Number)}"),
        HandshakeState.Ready => null,
        _ => $"not ready: {_now.Reason}",
    };

    private void Release(HandshakeOutcome outcome)
    {
        _now = _now with
        {
            Verdict = null,
            ResultId = null,
            Outcome = outcome,
            TimedOut = outcome == HandshakeOutcome.TimedOut ? More(_now.TimedOut) : _now.TimedOut,
        };
        Rest();
    }

    private void Rest() => _now = _now with
    {
        State = _unready is null ? HandshakeState.Ready : HandshakeState.NotReady,
        PartId = null,
        Reason = _unready,
    };
}
