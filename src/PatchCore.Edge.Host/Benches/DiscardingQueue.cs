using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Benches;

/// <summary>An outbox whose broker takes everything at once: messages are copied in and taken out again.</summary>
internal sealed class DiscardingQueue(TimeProvider time) : IMessageQueue
{
    private readonly Outbox _outbox = new(maxBytes: 32 << 20, time);

    public void PublishResult(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        _outbox.AddResult(topic, payload, delivery);
        Discard();
    }

    public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        _outbox.AddHeatmap(topic, payload, delivery);
        Discard();
    }

    private void Discard()
    {
        while (_outbox.TryTake(out var message))
            message.Release();
    }
}
