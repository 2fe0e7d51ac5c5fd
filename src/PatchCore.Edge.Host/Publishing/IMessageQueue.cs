using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>Where results and heatmaps wait for the broker; taking them in never waits for the network.</summary>
internal interface IMessageQueue
{
    /// <summary>Takes a copy of a result.</summary>
    public void PublishResult(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery);

    /// <summary>Takes a copy of a picture, which goes before results do when there is no more room.</summary>
    public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery);
}
