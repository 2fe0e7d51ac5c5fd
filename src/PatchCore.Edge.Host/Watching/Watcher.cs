using System.Threading.Channels;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Watching;

/// <summary>Subscribes to the results and heatmaps of stations; what cannot be read is told, not hidden.</summary>
internal sealed class Watcher : IDisposable
{
    private readonly MosquittoClient _client;
    private readonly Channel<ResultMessage> _results = Channel.CreateUnbounded<ResultMessage>();
    private readonly List<double> _latencies = [];
    private readonly Lock _gate = new();

    /// <param name="options">Where the broker is.</param>
    /// <param name="topics">Topic root and station, "+" for any.</param>
    /// <param name="problems">Told of connection troubles and unreadable messages, from the network thread.</param>
    public Watcher(MosquittoOptions options, (string Root, string Station) topics, Action<string> problems)
    {
        _client = new MosquittoClient(options);
        var lost = "";
        _client.ConnectionChanged += change =>
        {
            if (!change.IsConnected && change.Reason != lost)
                problems($"no connection to {options.Host}:{options.Port}: {change.Reason}");
            lost = change.IsConnected ? "" : change.Reason;
        };
        _client.Problem += problems;
        _client.MessageReceived += message => Receive(message, problems);
        Ready = Task.WhenAll(
            _client.SubscribeAsync($"{topics.Root}/{topics.Station}/+/result", 1),
            _client.SubscribeAsync($"{topics.Root}/{topics.Station}/+/heatmap", 0));
        _client.Start();
    }

    /// <summary>Completes when the broker has granted the subscriptions.</summary>
    public Task Ready { get; }

    public Tally Tally { get; } = new();

    public Gallery Gallery { get; } = new(capacity: 48);

    public double MedianLatency
    {
        get
        {
            lock (_gate)
                return _latencies.Count == 0 ? 0 : _latencies.Order().ElementAt(_latencies.Count / 2);
        }
    }

    /// <summary>Results as they arrive, until <paramref name="stop"/>.</summary>
    public async IAsyncEnumerable<ResultMessage> ReceiveAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await _results.Reader.WaitToReadAsync(stop);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
            while (_results.Reader.TryRead(out var result))
                yield return result;
        }
    }

    public void Dispose() => _client.Dispose();

    private void Receive(MosquittoMessage message, Action<string> problems)
    {
        if (message.Topic.EndsWith("/heatmap", StringComparison.Ordinal))
        {
            lock (_gate)
            {
                Tally.AddHeatmap();
                Gallery.AddHeatmap(message.Payload, message.Correlation?.ToString());
            }
            return;
        }
        try
        {
            var result = ResultMessage.Parse(message.Payload);
            lock (_gate)
            {
                Tally.Add(result);
                Gallery.Add(result);
                if (result.Latency.Total is { } total)
                    _latencies.Add(total);
            }
            _results.Writer.TryWrite(result);
        }
        catch (WireException error)
        {
            problems($"{message.Topic}: {error.Message}");
        }
    }
}
