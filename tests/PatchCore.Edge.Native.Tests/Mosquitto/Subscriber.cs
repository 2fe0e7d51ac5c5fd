using System.Collections.Concurrent;

namespace PatchCore.Edge.Native.Tests.Mosquitto;

/// <summary>Subscribes and keeps what arrives, to be awaited one by one.</summary>
public sealed class Subscriber : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BlockingCollection<MosquittoMessage> _received = [];
    private readonly ConcurrentQueue<MosquittoMessage> _all = [];

    private Subscriber(MosquittoOptions options)
    {
        Client = new MosquittoClient(options);
        Client.MessageReceived += _all.Enqueue;
        Client.MessageReceived += _received.Add;
        Client.Start();
    }

    public MosquittoClient Client { get; }

    /// <summary>Every message that has arrived, those that were awaited included.</summary>
    public IReadOnlyList<MosquittoMessage> All() => [.. _all];

    public int Waiting => _received.Count;

    public static Task<Subscriber> ToAsync(int port, string filter) => ToAsync(Clients.Options(port), filter);

    public static async Task<Subscriber> ToAsync(MosquittoOptions options, string filter)
    {
        var subscriber = new Subscriber(options);
        await subscriber.Client.SubscribeAsync(filter, 1).WaitAsync(Patience);
        return subscriber;
    }

    public MosquittoMessage Next() => _received.TryTake(out var message, Patience)
        ? message
        : throw new TimeoutException("no message arrived");

    /// <summary>Skips messages until one satisfies <paramref name="wanted"/>.</summary>
    public MosquittoMessage Next(Func<MosquittoMessage, bool> wanted)
    {
        while (true)
        {
            if (Next() is var message && wanted(message))
                return message;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _received.Dispose();
    }
}
