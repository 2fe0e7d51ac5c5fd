using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Memory between the inspection, which never waits, and a broker that may be away: results and events in order,
/// heatmaps behind them. When it is full the oldest heatmaps go first, then the oldest results that are PASS, then the
/// oldest of the rest; what went is counted. A message older than its expiry is not worth sending. Safe for any number
/// of threads.
/// </summary>
internal sealed class Outbox(long maxBytes, TimeProvider time)
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<OutboxMessage> _heatmaps = new();
    private readonly Queue<OutboxMessage> _passes = new();
    private readonly Queue<OutboxMessage> _others = new();
    private Queue<OutboxMessage> _returned = new();
    private long _bytes;
    private long _order;

    public long DroppedResults { get; private set; }

    public long DroppedHeatmaps { get; private set; }

    public long Expired { get; private set; }

    public TimeProvider Time => time;

    public int Count
    {
        get
        {
            lock (_gate)
                return Ordered + _heatmaps.Count;
        }
    }

    /// <summary>All but heatmaps.</summary>
    public int Results
    {
        get
        {
            lock (_gate)
                return Ordered;
        }
    }

    private int Ordered => _returned.Count + _passes.Count + _others.Count;

    /// <summary>Takes a copy.</summary>
    public void Add(MessageKind kind, string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery) =>
        Add(OutboxMessage.Copy(kind, topic, payload, delivery, time.GetTimestamp()));

    /// <summary>Takes the message over.</summary>
    public void Add(in OutboxMessage message)
    {
        lock (_gate)
        {
            QueueOf(message.Kind).Enqueue(message with { Order = ++_order });
            _bytes += message.Length;
            Shrink();
        }
    }

    /// <summary>Takes back, in front of all others, what was taken and could not be delivered.</summary>
    public void Return(IEnumerable<OutboxMessage> messages)
    {
        lock (_gate)
        {
            _returned = new Queue<OutboxMessage>(
                messages.Select(Counted).ToList().Concat(_returned).OrderBy(message => message.Order));
        }

        OutboxMessage Counted(OutboxMessage message)
        {
            _bytes += message.Length;
            return message;
        }
    }

    /// <summary>
    /// The next message, heatmaps last. The caller releases or returns it.
    /// </summary>
    public bool TryTake(out OutboxMessage message)
    {
        lock (_gate)
        {
            while (TryDequeue(out message))
            {
                _bytes -= message.Length;
                if (!TryRemaining(message, out _))
                {
                    message.Release();
                    Expired++;
                    continue;
                }
                return true;
            }
            return false;
        }
    }

    /// <summary>What is left of a message's expiry, all of it for one on disk; false when nothing is.</summary>
    public bool TryRemaining(in OutboxMessage message, out TimeSpan? left)
    {
        left = message.Delivery.Expiry - (message.Row > 0 ? TimeSpan.Zero : time.GetElapsedTime(message.Queued));
        return left is null || left > TimeSpan.Zero;
    }

    /// <summary>
    /// Whether a result comes late: it was decided before the connection was there, or waited although it was.
    /// </summary>
    /// <param name="connectedAt">Timestamp of when the connection came.</param>
    public bool IsHistorical(in OutboxMessage message, long connectedAt) =>
        message.Queued < connectedAt || time.GetElapsedTime(message.Queued) >= Late;

    private bool TryDequeue(out OutboxMessage message)
    {
        if (_returned.TryDequeue(out message))
            return true;
        if (!_passes.TryPeek(out var pass))
            return _others.TryDequeue(out message) || _heatmaps.TryDequeue(out message);
        return (_others.TryPeek(out var other) && other.Order < pass.Order ? _others : _passes).TryDequeue(out message);
    }

    private Queue<OutboxMessage> QueueOf(MessageKind kind) => kind switch
    {
        MessageKind.Heatmap => _heatmaps,
        MessageKind.Pass => _passes,
        _ => _others,
    };

    private void Shrink()
    {
        while (_bytes > maxBytes)
        {
            if (_heatmaps.TryDequeue(out var message))
                DroppedHeatmaps++;
            else if (Ordered > 1 && (_passes.TryDequeue(out message) || _others.TryDequeue(out message)))
                DroppedResults++;
            else
                return;
            _bytes -= message.Length;
            message.Release();
        }
    }
}
