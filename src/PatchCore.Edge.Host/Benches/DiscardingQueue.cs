using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Benches;

/// <summary>An outbox whose broker takes everything at once: messages are copied in and taken out again.</summary>
internal sealed class DiscardingQueue(TimeProvider time) : IMessageQueue
{
    private readonly Outbox _outbox = new(maxBytes: 32 << 20, time);

    public void PublishResult(
        string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, Verdict verdict)
    {
        _outbox.Add(verdict == Verdict.Pass ? MessageKind.Pass : MessageKind.Reject, topic, payload, delivery);
        Discard();
    }

    public void PublishEvent(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        _outbox.Add(MessageKind.Event, topic, payload, delivery);
        Discard();
    }

    public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        _outbox.Add(MessageKind.Heatmap, topic, payload, delivery);
        Discard();
    }

    private void Discard()
    {
        while (_outbox.TryTake(out var message))
            message.Release();
    }
}
