using PatchCore.Edge.Cameras;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>
/// One camera's way from frame to verdict: let through what is to be inspected, inspect it when the engine says so, hand
/// on the verdict. Every part gets exactly one verdict, at its deadline at the latest; whatever goes wrong with it is an
/// ERROR with its reason.
/// </summary>
public sealed class Pipeline : IDisposable
{
    private readonly PipelineOptions _options;
    private readonly IResultSink _sink;
    private readonly TimeProvider _time;
    private readonly PartDesk _desk;
    private readonly PartIntake _intake;
    private readonly Lock _publishing = new();
    private readonly FramePool _blank = new(1);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LineRecipe _recipe;
    private PartTicket _passing = new();
    private long _inspected;

    /// <param name="camera">The pipeline sets its gate; not started yet.</param>
    /// <param name="recipe">The first one; the pipeline owns no share of its model.</param>
    /// <param name="sink">Where verdicts go.</param>
    /// <param name="options">What the line sets.</param>
    /// <param name="time">The camera's clock.</param>
    /// <exception cref="ArgumentException">An option is out of range, or parts are triggered and the camera drops
    /// frames.</exception>
    public Pipeline(Camera camera, LineRecipe recipe, IResultSink sink, PipelineOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(camera);
        ArgumentNullException.ThrowIfNull(options);
        options.Trigger.Validate();
        if (options.Trigger.NamesParts && !camera.KeepsEvery)
            throw new ArgumentException($"camera {camera.Name} has triggers, and may not drop frames", nameof(camera));
        (Camera, _recipe, _sink, _options, _time) = (camera, recipe, sink, options, time);
        _desk = new PartDesk(options.Trigger.Queue, time, Expire);
        camera.Gate = _intake = new PartIntake(camera, options, _desk, time);
    }

    public Camera Camera { get; }

    /// <summary>
    /// What the next frame is inspected by. The one under inspection keeps its own; who sets another one disposes the
    /// share of the old one's model.
    /// </summary>
    public LineRecipe Recipe
    {
        get => _recipe;
        set => _recipe = value;
    }

    /// <summary>Frames let through so far.</summary>
    public long Admitted => _intake.Admitted;

    /// <summary>Frames that an engine took and is done with; those it holds are missing.</summary>
    public long Inspected => Interlocked.Read(ref _inspected);

    /// <summary>Verdicts spoken so far.</summary>
    public long Verdicts => Tally.Total;

    public VerdictTally Tally { get; } = new();

    /// <summary>Whether nothing is inspected, see <see cref="Pause"/>.</summary>
    public bool IsPaused => _intake.Paused;

    public StageLatencies Latencies { get; } = new();

    /// <summary>Completes when the camera has ended and its frames have their verdicts, or fails as it has.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The engine's: a frame lies ready, or there will be no more.</summary>
    internal Action? OnReady
    {
        set => _intake.OnReady = value;
    }

    internal bool NamesParts => _options.Trigger.NamesParts;

    /// <summary>
    /// Asks for the inspection of a part; its verdict comes by the sink. Null when it was accepted, else why not: then
    /// nothing comes.
    /// </summary>
    public string? Request(in PartRequest request)
    {
        if (_intake.TryRequest(request, out var ticket) is { } refused)
            return refused;
        if (Camera.IsTriggerable)
            ThreadPool.UnsafeQueueUserWorkItem(_ => TriggerCamera(ticket), null);
        // Closed or paused in between: whoever did it may have looked before this request was there.
        if (_intake.Refusal is { } reason)
            Withdraw(reason);
        return null;
    }

    /// <summary>
    /// Lets frames go by, and refuses requests, until <see cref="Resume"/>. Frames that were let through before get
    /// their verdicts, requests that wait for a frame an ERROR.
    /// </summary>
    public void Pause()
    {
        _intake.Paused = true;
        Withdraw(_intake.WhilePaused);
    }

    public void Resume() => _intake.Paused = false;

    public void Dispose()
    {
        _desk.Dispose();
        _blank.Dispose();
    }

    /// <summary>Inspects a frame that the camera handed over, and publishes unless its time was up.</summary>
    internal void Inspect(Frame frame, InspectorShelf shelf, bool overloaded)
    {
        if (frame.Ticket is not { } ticket)
        {
            ticket = _passing;
            _intake.Open(ticket, frame);
        }

        if (_desk.IsOpen(ticket))
        {
            var outcome = Judge(frame, ticket, shelf) with { Overloaded = overloaded };
            // Where its time was up meanwhile, somebody may still be telling of it: the ticket is left to them.
            if (!TryPublish(ticket, outcome) && ticket == _passing)
                _passing = new PartTicket();
        }

        Interlocked.Increment(ref _inspected);
    }

    /// <summary>
    /// When the camera gives no more frames: the requests that still wait get their ERROR. False while frames wait.
    /// </summary>
    internal bool TryComplete()
    {
        var drained = Camera.Drained;
        if (!drained.IsCompleted || _completion.Task.IsCompleted)
            return drained.IsCompleted;
        var failure = drained.Exception?.GetBaseException();
        Close(failure?.Message ?? $"camera {Camera.Name} has ended");
        if (failure is null)
            _completion.TrySetResult();
        else
            _completion.TrySetException(failure);
        return true;
    }

    /// <summary>Takes no more parts; those that wait get an ERROR with the reason.</summary>
    internal void Close(string reason)
    {
        _intake.Close(reason);
        Withdraw(reason);
        while (Camera.TryNext(out var frame))
        {
            using (frame)
            {
                if (frame.Ticket is { } ticket && _desk.Close(ticket))
                    Refuse(ticket, reason);
            }
        }
    }

    private InspectionOutcome Judge(Frame frame, PartTicket ticket, InspectorShelf shelf)
    {
        var queued = _time.GetElapsedTime(frame.CapturedTimestamp);
        if (Checkout(ticket, shelf) is not { } checkedOut)
            return Error(frame, _recipe, $"there is no recipe for part type '{ticket.PartType}'", default, queued);
        var (recipe, inspector) = checkedOut;
        if (frame.Failure is { } failure)
            return Error(frame, recipe, failure, default, queued);
        if (IsLate(ticket, out var waited))
            return Error(frame, recipe, Late("waited", waited), default, queued);

        Inspection inspection;
        try
        {
            inspection = inspector.Inspect(frame.Image);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever it was, this part was not inspected, and the next one may be.
            return Error(frame, recipe, $"inspection failed: {e.Message}", default, queued);
        }

        if (IsLate(ticket, out var took))
            return Error(frame, recipe, Late("took", took), inspection.Times, queued);
        if (inspection.Reason is { } reason)
            return Error(frame, recipe, reason, inspection.Times, queued);
        return new InspectionOutcome(
            frame, recipe, inspector, inspection.Verdict, inspection.Score, null, inspection.Times, queued,
            _time.GetElapsedTime(ticket.TriggeredTimestamp));
    }

    /// <summary>The recipe of the part, with an inspector for it; null when there is none.</summary>
    private (LineRecipe Recipe, Inspector Inspector)? Checkout(PartTicket ticket, InspectorShelf shelf)
    {
        while (true)
        {
            var recipe = ticket.PartType is { } type ? _options.RecipeFor(type) : _recipe;
            if (recipe is null)
                return null;
            // A model that is gone belongs to a recipe that was just replaced: its successor is there by now.
            if (shelf.For(recipe) is { } inspector)
                return (recipe, inspector);
        }
    }

    private bool TryPublish(PartTicket ticket, in InspectionOutcome outcome)
    {
        lock (_publishing)
        {
            if (!_desk.Close(ticket))
                return false;
            Publish(outcome);
            return true;
        }
    }

    private void Publish(in InspectionOutcome outcome)
    {
        Latencies.Record(outcome, _sink.Publish(outcome));
        Tally.Count(outcome.Verdict);
    }

    /// <summary>On the timer's thread; the ticket is closed, and the frame, if there is one, somebody else's.</summary>
    private void Expire(PartTicket ticket) => Refuse(
        ticket,
        ticket.FrameId > 0
            ? Late("no verdict", _time.GetElapsedTime(ticket.TriggeredTimestamp))
            : NoFrame(ticket));

    private void Withdraw(string reason)
    {
        while (_desk.TryWithdraw(out var ticket))
            Refuse(ticket, reason);
    }

    private void Refuse(PartTicket ticket, string reason)
    {
        lock (_publishing)
        {
            using var blank = _blank.Rent();
            ticket.Describe(blank, reason);
            Publish(Error(blank, _recipe, reason, default, TimeSpan.Zero));
        }
    }

    private void TriggerCamera(PartTicket ticket)
    {
        try
        {
            Camera.Trigger();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A source may fail in any way; the part has its reason now instead of at its deadline.
            if (_desk.Close(ticket))
                Refuse(ticket, $"the camera was not triggered: {error.Message}");
        }
    }

    private bool IsLate(PartTicket ticket, out TimeSpan elapsed)
    {
        elapsed = _time.GetElapsedTime(ticket.TriggeredTimestamp);
        return elapsed > _options.Deadline;
    }

    private string NoFrame(PartTicket ticket)
    {
        var status = Camera.Status;
        var cause = ticket.LastFailure
            ?? (status.State == CameraState.Streaming ? null : status.LastError ?? $"the camera is {status.State}");
        return FormattableString.Invariant($"no frame within {_options.Deadline!.Value.TotalMilliseconds:F0} ms")
            + (cause is null ? "" : $": {cause}");
    }

    private string Late(string verb, TimeSpan elapsed)
    {
        var start = _options.Trigger.Kind == TriggerKind.Command ? "trigger" : "capture";
        return FormattableString.Invariant($"late: {verb} {elapsed.TotalMilliseconds:F0} ms since {start}, ")
            + FormattableString.Invariant($"the deadline is {_options.Deadline!.Value.TotalMilliseconds:F0} ms");
    }

    private InspectionOutcome Error(
        Frame frame, LineRecipe recipe, string reason, StageTimes times, TimeSpan queued) =>
        new(frame, recipe, null, Verdict.Error, null, reason, times, queued,
            _time.GetElapsedTime(frame.Ticket!.TriggeredTimestamp));
}
