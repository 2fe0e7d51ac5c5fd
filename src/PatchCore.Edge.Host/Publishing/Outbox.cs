using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Memory between the inspection, which never waits, and a broker that may be away: results in order, heatmaps behind
/// them. When it is full the oldest heatmaps go first, then the oldest results; what went is counted. A result older
/// than its expiry is not worth sending. Safe for any number of threads.
/// </summary>
internal sealed class Outbox(long maxBytes, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<OutboxMessage> _results = new();
    private readonly Queue<OutboxMessage> _heatmaps = new();
    private long _bytes;

    public long DroppedResults { get; private set; }

    public long DroppedHeatmaps { get; private set; }

    public long Expired { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
                return _results.Count + _heatmaps.Count;
        }
    }

    public void AddResult(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        lock (_gate)
        {
            _results.Enqueue(OutboxMessage.Copy(topic, payload, delivery, time.GetTimestamp()));
            _bytes += payload.Length;
            Shrink();
        }
    }

    public void AddHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        lock (_gate)
        {
            _heatmaps.Enqueue(OutboxMessage.Copy(topic, payload, delivery, time.GetTimestamp()));
            _bytes += payload.Length;
            Shrink();
        }
    }

    /// <summary>
    /// The next message, results before heatmaps; its expiry is what is left of it. The caller releases it.
    /// </summary>
    public bool TryTake(out OutboxMessage message)
    {
        lock (_gate)
        {
            while (_results.TryDequeue(out message) || _heatmaps.TryDequeue(out message))
            {
                _bytes -= message.Length;
                if (message.Delivery.Expiry is not { } expiry)
                    return true;
                var left = expiry - time.GetElapsedTime(message.Queued);
                if (left > TimeSpan.Zero)
                {
                    message = message with { Delivery = message.Delivery with { Expiry = left } };
                    return true;
                }
                message.Release();
                Expired++;
            }
            return false;
        }
    }

    private void Shrink()
    {
        while (_bytes > maxBytes)
        {
            if (_heatmaps.TryDequeue(out var message))
                DroppedHeatmaps++;
            else if (_results.Count > 1 && _results.TryDequeue(out message))
                DroppedResults++;
            else
                return;
            _bytes -= message.Length;
            message.Release();
        }
    }
}
