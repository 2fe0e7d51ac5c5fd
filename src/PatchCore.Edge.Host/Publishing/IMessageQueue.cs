using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Where results and heatmaps wait for the broker; taking them in waits neither for the network nor for a disk.
/// </summary>
internal interface IMessageQueue
{
    /// <summary>Takes a copy of a result; those that are PASS go before others do when there is no more room.</summary>
    public void PublishResult(
        string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, Verdict verdict);

    /// <summary>Takes a copy of what is of the moment: a reply, an alarm, a letter for a controller.</summary>
    public void PublishEvent(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery);

    /// <summary>Takes a copy of a picture, which goes before results do when there is no more room.</summary>
    public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery);
}
