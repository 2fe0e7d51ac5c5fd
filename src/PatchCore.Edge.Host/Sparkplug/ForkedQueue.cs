using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>Leaves a camera's results with the edge node too.</summary>
/// <param name="camera">Whose results they are.</param>
/// <param name="first">Gets everything.</param>
internal sealed class ForkedQueue(string camera, IMessageQueue first, SparkplugLink node) : IMessageQueue
{
    public void PublishResult(
        string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, Verdict verdict)
    {
        first.PublishResult(topic, payload, delivery, verdict);
        node.Add(camera, payload, verdict);
    }

    public void PublishEvent(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery) =>
        first.PublishEvent(topic, payload, delivery);

    public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery) =>
        first.PublishHeatmap(topic, payload, delivery);
}
