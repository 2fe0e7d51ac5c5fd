using System.Buffers;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// A message that waits for the broker, in memory of the array pool: a station that runs for months must not leave a
/// hole in the large-object heap for every heatmap. Queued is a timestamp of the outbox's clock.
/// </summary>
internal readonly record struct OutboxMessage(
    string Topic, byte[] Buffer, int Length, MosquittoDelivery Delivery, long Queued)
{
    public ReadOnlySpan<byte> Payload => Buffer.AsSpan(0, Length);

    public static OutboxMessage Copy(
        string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, long queued)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(buffer);
        return new OutboxMessage(topic, buffer, payload.Length, delivery, queued);
    }

    /// <summary>Gives the memory back; the message is not to be used after that.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(Buffer);
}
