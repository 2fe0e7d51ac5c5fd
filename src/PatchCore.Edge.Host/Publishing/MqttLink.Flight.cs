using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>What is on its way to the broker, and what becomes of it.</summary>
internal sealed partial class MqttLink
{
    private readonly Dictionary<int, OutboxMessage> _inFlight = [];
    private readonly Dictionary<int, string> _statesInFlight = [];

    /// <summary>Topics that the broker refused last time, and why.</summary>
    private readonly Dictionary<string, string> _refused = [];
    private readonly HashSet<string> _refusedResults = [];
    private readonly SchemaProperties _schemas = new();
    private readonly Lock _flight = new();
    private byte[] _marked = [];
    private long _connectedAt;

    /// <summary>
    /// Called, on the network thread, with the topic and the broker's words when it begins to refuse results, and with
    /// null when it takes those of all topics again.
    /// </summary>
    public event Action<string?>? ResultsRefused;

    private void SendState(string topic, byte[] state, MosquittoDelivery delivery)
    {
        lock (_flight)
        {
            if (_client.TryPublish(topic, state, delivery with { UserProperties = _schemas.Of(state) }, out var id))
                _statesInFlight[id] = topic;
        }
    }

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
                var payload = PayloadOf(message);
                var delivery = message.Delivery with
                {
                    Expiry = left,
                    UserProperties = message.Delivery.UserProperties ?? _schemas.Of(payload),
                };
                var sent = _client.TryPublish(message.Topic, payload, delivery, out var id);
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
        if (!message.IsResult || !_outbox.IsHistorical(message, Volatile.Read(ref _connectedAt)))
            return message.Payload;
        if (_marked.Length < message.Length + 32)
            _marked = new byte[message.Length + 1024];
        var length = ResultMessage.MarkHistorical(message.Payload, _marked);
        return length == 0 ? message.Payload : _marked.AsSpan(0, length);
    }

    private void OnCompleted(MosquittoReceipt receipt)
    {
        bool found;
        OutboxMessage message;
        string? state;
        lock (_flight)
        {
            found = _inFlight.Remove(receipt.Id, out message);
            _statesInFlight.Remove(receipt.Id, out state);
        }

        if ((state ?? (found ? message.Topic : null)) is { } topic)
            Note(topic, receipt.Refusal, found && message.IsResult);
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

    /// <summary>Tells of a topic that is refused once, and once when it is not any more.</summary>
    private void Note(string topic, string? refusal, bool isResult)
    {
        if (refusal is null)
        {
            if (_refused.Remove(topic))
                _logger.PublishTaken(topic);
            if (_refusedResults.Remove(topic) && _refusedResults.Count == 0)
                ResultsRefused?.Invoke(null);
            return;
        }

        if (_refused.GetValueOrDefault(topic) != refusal)
            _logger.PublishRefused(topic, refusal);
        // Whoever commands names topics for answers; results have but a few.
        if (_refused.Count < 1024)
            _refused[topic] = refusal;
        if (isResult && _refusedResults.Add(topic))
            ResultsRefused?.Invoke($"the broker refuses {topic}: {refusal}");
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
            _statesInFlight.Clear();
        }
    }
}
