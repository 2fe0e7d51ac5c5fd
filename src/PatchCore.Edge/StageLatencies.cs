using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>How long frames take in each stage of the way from camera to message, as histograms. Thread-safe.</summary>
public sealed class StageLatencies
{
    /// <summary>Receiving and decoding the picture, where the source tells.</summary>
    public LatencyHistogram Capture { get; } = new();

    /// <summary>Waiting for the inspection.</summary>
    public LatencyHistogram Queue { get; } = new();

    public LatencyHistogram Convert { get; } = new();

    public LatencyHistogram Embed { get; } = new();

    public LatencyHistogram Search { get; } = new();

    public LatencyHistogram Score { get; } = new();

    /// <summary>Drawing and encoding the heatmap, of frames that have one.</summary>
    public LatencyHistogram Render { get; } = new();

    public LatencyHistogram Publish { get; } = new();

    /// <summary>From capture, or the trigger, to the verdict.</summary>
    public LatencyHistogram Total { get; } = new();

    /// <summary>All of them by name, in the order of the frame's way.</summary>
    public IReadOnlyList<(string Name, LatencyHistogram Latency)> Stages =>
    [
        ("capture", Capture), ("queue", Queue), ("convert", Convert), ("embed", Embed), ("search", Search),
        ("score", Score), ("render", Render), ("publish", Publish), ("total", Total),
    ];

    /// <summary>Takes in what another camera's frames took.</summary>
    public void Add(StageLatencies other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (mine, theirs) in Stages.Zip(other.Stages))
            mine.Latency.Add(theirs.Latency);
    }

    public void Clear()
    {
        foreach (var (_, latency) in Stages)
            latency.Clear();
    }

    internal void Record(in InspectionOutcome outcome, in PublishTimes published)
    {
        Note(Capture, outcome.Frame.CaptureTime);
        if (outcome.HasFrame)
            Queue.Record(outcome.Queued);
        Note(Convert, outcome.Times.Convert);
        Note(Embed, outcome.Times.Embed);
        Note(Search, outcome.Times.Search);
        Note(Score, outcome.Times.Score);
        Note(Render, published.Render);
        Publish.Record(published.Publish);
        Total.Record(outcome.Total);
    }

    /// <summary>A stage that was not gone through leaves no trace.</summary>
    private static void Note(LatencyHistogram histogram, TimeSpan time)
    {
        if (time > TimeSpan.Zero)
            histogram.Record(time);
    }
}
