using System.Buffers;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>What a message is, by what it is worth when there is no more room: the first go first.</summary>
internal enum MessageKind
{
    Heatmap,

    /// <summary>A result of a part that passed.</summary>
    Pass,

    /// <summary>A result of a part that failed or was not inspected.</summary>
    Reject,

    /// <summary>An alarm, or the answer to a command.</summary>
    Event,
}

/// <summary>
/// A message that waits for the broker, in memory of the array pool: a station that runs for months must not leave a
/// hole in the large-object heap for every heatmap. Queued is a timestamp of the outbox's clock, and Order grows with
/// every message that it takes in. Row is where the message is on disk, 0 where it is not.
/// </summary>
internal readonly record struct OutboxMessage(
    MessageKind Kind, string Topic, byte[] Buffer, int Length, MosquittoDelivery Delivery, long Queued)
{
    public long Order { get; init; }

    public long Row { get; init; }

    public bool IsResult => Kind is MessageKind.Pass or MessageKind.Reject;

    public ReadOnlySpan<byte> Payload => Buffer.AsSpan(0, Length);

    public static OutboxMessage Copy(
        MessageKind kind, string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, long queued)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(buffer);
        return new OutboxMessage(kind, topic, buffer, payload.Length, delivery, queued);
    }

    /// <summary>Gives the memory back; the message is not to be used after that.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(Buffer);
}
