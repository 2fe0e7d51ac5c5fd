namespace PatchCore.Edge.Host.Services;

/// <summary>Counts and times every verdict on its way.</summary>
internal sealed class MeteredSink(string camera, StationMetrics metrics, IResultSink next) : IResultSink
{
    public void Publish(in InspectionOutcome outcome)
    {
        next.Publish(outcome);
        metrics.Record(camera, outcome);
    }
}
