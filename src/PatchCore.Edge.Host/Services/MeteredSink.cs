namespace PatchCore.Edge.Host.Services;

/// <summary>Counts and times every verdict on its way.</summary>
internal sealed class MeteredSink(string camera, StationMetrics metrics, IResultSink next) : IResultSink
{
    public PublishTimes Publish(in InspectionOutcome outcome)
    {
        var times = next.Publish(outcome);
        metrics.Record(camera, outcome, times);
        return times;
    }
}
