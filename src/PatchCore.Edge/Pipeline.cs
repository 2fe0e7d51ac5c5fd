using PatchCore.Edge.Cameras;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What the line sets for one pipeline.</summary>
public sealed record PipelineOptions
{
    /// <summary>From capture to verdict; later than that is ERROR. Null waits for as long as it takes.</summary>
    public TimeSpan? Deadline { get; init; }
}

/// <summary>
/// The verdict on one frame. Frame and inspector are lent for the length of the call that receives it: what is needed
/// later has to be copied.
/// </summary>
/// <param name="Score">Of the inspection; null when the verdict is ERROR.</param>
/// <param name="Reason">Why the verdict is ERROR, else null.</param>
/// <param name="Queued">From capture to the start of the inspection.</param>
/// <param name="Total">From capture to the verdict.</param>
public readonly record struct InspectionOutcome(
    Frame Frame,
    Inspector Inspector,
    Verdict Verdict,
    ImageScore? Score,
    string? Reason,
    StageTimes Times,
    TimeSpan Queued,
    TimeSpan Total);

/// <summary>Where verdicts go. Called on the pipeline's thread, so it must neither block nor throw.</summary>
public interface IResultSink
{
    public void Publish(in InspectionOutcome outcome);
}

/// <summary>
/// One camera's way from frame to verdict: take the newest frame, inspect it, hand on the verdict. Every frame that the
/// camera hands over gets exactly one verdict; whatever goes wrong with it is an ERROR with its reason.
/// </summary>
public sealed class Pipeline(
    Camera camera, Inspector inspector, IResultSink sink, PipelineOptions options, TimeProvider time)
{
    private long _verdicts;

    public Camera Camera => camera;

    /// <summary>Frames that got a verdict so far.</summary>
    public long Verdicts => Interlocked.Read(ref _verdicts);

    /// <summary>
    /// Runs until the camera has ended. On <paramref name="stop"/> no further frame is taken, and the one under
    /// inspection still gets its verdict.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await camera.NextAsync(stop).ConfigureAwait(false) is { } frame)
            {
                using (frame)
                    sink.Publish(Inspect(frame));
                Interlocked.Increment(ref _verdicts);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The line was told to stop.
        }
    }

    private InspectionOutcome Inspect(Frame frame)
    {
        var queued = time.GetElapsedTime(frame.CapturedTimestamp);
        if (frame.Failure is { } failure)
            return Error(frame, failure, default, queued);
        if (IsLate(queued))
            return Error(frame, Late("waited", queued), default, queued);

        Inspection inspection;
        try
        {
            inspection = inspector.Inspect(frame.Image);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever it was, this part was not inspected, and the next one may be.
            return Error(frame, $"inspection failed: {e.Message}", default, queued);
        }

        var total = time.GetElapsedTime(frame.CapturedTimestamp);
        if (IsLate(total))
            return Error(frame, Late("took", total), inspection.Times, queued);
        if (inspection.Reason is { } reason)
            return Error(frame, reason, inspection.Times, queued);
        return new InspectionOutcome(
            frame, inspector, inspection.Verdict, inspection.Score, null, inspection.Times, queued, total);
    }

    private bool IsLate(TimeSpan elapsed) => options.Deadline is { } deadline && elapsed > deadline;

    private string Late(string verb, TimeSpan elapsed) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"late: {verb} {elapsed.TotalMilliseconds:F0} ms since capture, "
            + $"the deadline is {options.Deadline!.Value.TotalMilliseconds:F0} ms");

    private InspectionOutcome Error(Frame frame, string reason, StageTimes times, TimeSpan queued) =>
        new(frame, inspector, Verdict.Error, null, reason, times, queued, time.GetElapsedTime(frame.CapturedTimestamp));
}
