using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>Which of several brokers: the first that answers, and back to a preferred one when it does again.</summary>
internal sealed partial class MqttLink
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly IReadOnlyList<MosquittoOptions> _brokers;

    /// <summary>Why each could not be reached since the last connection; null where it was not tried.</summary>
    private readonly string?[] _reasons;

    private readonly CancellationTokenSource _stop = new();
    private Task _returning = Task.CompletedTask;
    private volatile int _current;
    private volatile bool _paused;

    /// <summary>Whether all is set for what goes to the present broker; the client is connected sooner.</summary>
    private volatile bool _greeted;
    private volatile bool _leaving;
    private bool _moved;

    /// <summary>
    /// Called, on the network thread, with the host and port of the broker that has just answered, before it gets what
    /// is retained.
    /// </summary>
    public event Action<string>? Answered;

    /// <summary>
    /// What a broker is to retain that is left for another one, whose host and port it is given; null retains nothing
    /// new.
    /// </summary>
    public Func<string, (string Topic, byte[] Payload)>? Farewell { get; set; }

    /// <summary>How often to look whether a broker in front of the present one is there again; zero never.</summary>
    public TimeSpan ReturnInterval { get; init; } = TimeSpan.FromSeconds(30);

    private bool AllAreAway => Array.TrueForAll(_reasons, reason => reason is not null);

    private void Connected(int broker)
    {
        _current = broker;
        Array.Clear(_reasons);
        // A move takes as long as a hiccup: what was decided meanwhile is no old news.
        if (!_moved)
            Volatile.Write(ref _connectedAt, _outbox.Time.GetTimestamp());
        _moved = false;
        _logger.Connected(_brokers[broker].ToString());
        Answered?.Invoke(_brokers[broker].ToString());
        lock (_gate)
            _unsent.UnionWith(_retained.Keys);
        _greeted = true;
    }

    private void Disconnected(int broker, string reason)
    {
        _greeted = false;
        TakeBack();
        (_moved, _leaving, _paused) = (_leaving, false, false);
        // The same failure again and again is told once.
        if (!_moved && _reasons[broker] != reason)
            _logger.ConnectionLost(_brokers[broker].ToString(), reason);
        _reasons[broker] = reason;
    }

    private async Task ReturnAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(ReturnInterval, _outbox.Time);
            while (await timer.WaitForNextTickAsync(stop))
            {
                for (var broker = 0; _client.IsConnected && broker < _current; broker++)
                {
                    if (!await AnswersAsync(_brokers[broker], stop))
                        continue;
                    await MoveAsync(broker, stop);
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The station stops.
        }
    }

    /// <summary>Whether a broker takes us in, not only whether something listens there.</summary>
    private static async Task<bool> AnswersAsync(MosquittoOptions broker, CancellationToken stop)
    {
        try
        {
            using var probe = new MosquittoClient(broker with { Will = null, SessionExpiry = null });
            var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            probe.ConnectionChanged += change => seen.TrySetResult(change.IsConnected);
            probe.Start();
            return await seen.Task.WaitAsync(stop);
        }
        catch (MosquittoException)
        {
            // A certificate that is being replaced; the next look tells.
            return false;
        }
    }

    /// <summary>
    /// Goes when the present broker has acknowledged everything, so that whoever listens to both hears nothing twice
    /// and nothing out of order; what it does not acknowledge in time goes to the other one.
    /// </summary>
    private async Task MoveAsync(int broker, CancellationToken stop)
    {
        var name = _brokers[broker].ToString();
        _logger.Returns(_brokers[_current].ToString(), name);
        _paused = true;
        try
        {
            await SettleAsync(stop);
            if (_client.IsConnected && _current > broker && Farewell is not null)
            {
                var (topic, payload) = Farewell(name);
                SendState(topic, payload, State);
                await SettleAsync(stop);
            }

            // It may have gone there by itself meanwhile.
            _leaving = _current > broker;
            if (_leaving && _client.MoveTo(broker))
                return;
        }
        catch (MosquittoException error)
        {
            _logger.MqttProblem(error.Message);
        }

        (_leaving, _paused) = (false, false);
        Wake();
    }

    private async Task SettleAsync(CancellationToken stop)
    {
        var began = _outbox.Time.GetTimestamp();
        while (_client.IsConnected && _client.Outstanding > 0 && _outbox.Time.GetElapsedTime(began) < Settling)
            await Task.Delay(Look, _outbox.Time, stop);
    }
}
