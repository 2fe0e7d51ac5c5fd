using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>What is on its way to the broker, and what becomes of it.</summary>
internal sealed partial class MqttLink
{
    /// <summary>A result that waited longer is historical, even if the connection was there all the time.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, OutboxMessage> _inFlight = [];
    private readonly Lock _flight = new();
    private byte[] _marked = [];
    private long _connectedAt;

    /// <summary>False when the connection has just gone.</summary>
    private bool Send(in OutboxMessage message)
    {
        var kept = false;
        try
        {
            _outbox.TryRemaining(message, out var left);
            // The gate is held so that whatever becomes of the message finds it noted.
            lock (_flight)
            {
                var sent = _client.TryPublish(
                    message.Topic, PayloadOf(message), message.Delivery with { Expiry = left }, out var id);
                // A heatmap is lost, as QoS 0 allows.
                kept = message.Kind != MessageKind.Heatmap;
                if (sent && kept)
                    _inFlight[id] = message;
                else if (kept)
                    _outbox.Return([message]);
                return sent;
            }
        }
        finally
        {
            if (!kept)
                Settle(message);
        }
    }

    private ReadOnlySpan<byte> PayloadOf(in OutboxMessage message)
    {
        if (!message.IsResult
            || (message.Queued >= Volatile.Read(ref _connectedAt)
                && _outbox.Time.GetElapsedTime(message.Queued) < Late))
        {
            return message.Payload;
        }

        if (_marked.Length < message.Length + 32)
            _marked = new byte[message.Length + 1024];
        var length = ResultMessage.MarkHistorical(message.Payload, _marked);
        return length == 0 ? message.Payload : _marked.AsSpan(0, length);
    }

    private void OnCompleted(MosquittoReceipt receipt)
    {
        bool found;
        OutboxMessage message;
        lock (_flight)
            found = _inFlight.Remove(receipt.Id, out message);
        if (receipt.Refusal is { } refusal)
            _logger.PublishRefused(refusal);
        if (found && receipt.Refusal is not null && message.Row > 0)
        {
            _durable!.Refuse(message.Row);
            message.Release();
        }
        else if (found)
        {
            Settle(message);
        }

        Wake();
    }

    /// <summary>The broker has the message, or never will.</summary>
    private void Settle(in OutboxMessage message)
    {
        if (message.Row > 0)
            _durable!.Settle(message.Row);
        message.Release();
    }

    /// <summary>What the broker has not acknowledged goes out again, before all else.</summary>
    private void TakeBack()
    {
        lock (_flight)
        {
            if (_inFlight.Count > 0)
                _outbox.Return(_inFlight.Values);
            _inFlight.Clear();
        }
    }
}
