using PatchCore.Edge.Cameras;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>
/// The verdict on one part. Frame and inspector are lent for the length of the call that receives it: what is needed
/// later has to be copied.
/// </summary>
/// <param name="Frame">The part's frame. Where none came (<see cref="HasFrame"/>) it says why, and has no
/// picture.</param>
/// <param name="Recipe">What it was inspected by; score, threshold and bundle belong together.</param>
/// <param name="Inspector">Holds map and regions of the frame; null when the verdict is ERROR.</param>
/// <param name="Score">Of the inspection; null when the verdict is ERROR.</param>
/// <param name="Reason">Why the verdict is ERROR, else null.</param>
/// <param name="Queued">From capture to the start of the inspection.</param>
/// <param name="Total">From capture, or from the trigger that asked for the part, to the verdict.</param>
public readonly record struct InspectionOutcome(
    Frame Frame,
    LineRecipe Recipe,
    Inspector? Inspector,
    Verdict Verdict,
    ImageScore? Score,
    string? Reason,
    StageTimes Times,
    TimeSpan Queued,
    TimeSpan Total)
{
    /// <summary>Whether a frame was captured at all.</summary>
    public bool HasFrame => Frame.Id > 0;

    /// <summary>
    /// Whether the station cannot keep up, so that pictures should be left out before frames are.
    /// </summary>
    public bool Overloaded { get; init; }
}

/// <summary>What handing on a verdict took.</summary>
/// <param name="Render">Drawing and encoding the heatmap; zero without one.</param>
/// <param name="Publish">Writing the message and leaving it with whoever sends it.</param>
public readonly record struct PublishTimes(TimeSpan Render, TimeSpan Publish);

/// <summary>
/// Where verdicts go. Called by one thread at a time, which has frames to inspect: it must neither block nor throw.
/// </summary>
public interface IResultSink
{
    public PublishTimes Publish(in InspectionOutcome outcome);
}
