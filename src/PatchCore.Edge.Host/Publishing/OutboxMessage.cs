using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>A message that waits for the broker. Queued is a timestamp of the outbox's clock.</summary>
internal readonly record struct OutboxMessage(string Topic, byte[] Payload, MosquittoDelivery Delivery, long Queued);
