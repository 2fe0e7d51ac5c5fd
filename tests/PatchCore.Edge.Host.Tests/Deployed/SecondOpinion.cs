using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>A subscriber that shares no code with the product: npm mqtt in Node.js, see second_opinion.js.</summary>
internal sealed class SecondOpinion : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<JsonElement> _received = [];
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SecondOpinion(int port, string filter)
    {
        var folder = AppContext.BaseDirectory;
        _process = Process.Start(new ProcessStartInfo(
            "node",
            [
                Path.Combine(folder, "Deployed", "second_opinion.js"),
                Path.Combine(folder, "deploy", "dashboard", "mqtt.min.js"),
                port.ToString(CultureInfo.InvariantCulture), filter,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.BeginOutputReadLine();
    }

    public Task Ready => _granted.Task.WaitAsync(Patience);

    /// <summary>Messages that have arrived, oldest first.</summary>
    public IReadOnlyList<JsonElement> Received => [.. _received];

    public void Send(string topic, string payload, byte[] correlation, string responseTopic) =>
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(
            new { topic, payload, correlation = Convert.ToHexStringLower(correlation), responseTopic }));

    /// <summary>The first message on a topic, now or later, that satisfies a condition.</summary>
    public async Task<JsonElement> OnAsync(string topic, Func<JsonElement, bool>? wanted = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            foreach (var message in _received)
            {
                if (message.GetProperty("topic").GetString() == topic && wanted?.Invoke(message) != false)
                    return message;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        var message = JsonSerializer.Deserialize<JsonElement>(line);
        if (message.TryGetProperty("error", out var error))
            _granted.TrySetException(new InvalidOperationException(error.GetString()));
        else if (message.TryGetProperty("granted", out _))
            _granted.TrySetResult();
        else
            _received.Enqueue(message);
    }
}
