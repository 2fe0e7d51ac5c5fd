namespace PatchCore.Edge.Native.Tests.Mosquitto;

/// <summary>Clients for tests: they reconnect within milliseconds.</summary>
public static class Clients
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static MosquittoOptions Options(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        MinReconnectDelay = TimeSpan.FromMilliseconds(10),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
        DrainTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Starts the client and completes with the first change to the wanted state.</summary>
    public static Task<MosquittoConnection> StartUntilAsync(this MosquittoClient client, bool connected)
    {
        var changed = client.NextAsync(connected);
        client.Start();
        return changed;
    }

    public static Task<MosquittoConnection> NextAsync(this MosquittoClient client, bool connected)
    {
        var seen = new TaskCompletionSource<MosquittoConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionChanged += change =>
        {
            if (change.IsConnected == connected)
                seen.TrySetResult(change);
        };
        return seen.Task.WaitAsync(Patience);
    }
}
