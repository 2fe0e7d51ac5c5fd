using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>What systemd would be: reads every notification at once, and keeps them to be awaited.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly BlockingCollection<string> _states = [];
    private readonly Task _reading;

    public NotifySocket()
    {
        Name = $"@patchcore-test-{Guid.NewGuid():N}";
        _socket.Bind(new UnixDomainSocketEndPoint('\0' + Name[1..]));
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>For NOTIFY_SOCKET.</summary>
    public string Name { get; }

    /// <summary>The next state that begins so; others before it are skipped.</summary>
    public string Next(string beginning)
    {
        while (_states.TryTake(out var state, TimeSpan.FromSeconds(20)))
        {
            if (state.StartsWith(beginning, StringComparison.Ordinal))
                return state;
        }
        throw new TimeoutException($"systemd was not told {beginning}");
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reading.Wait();
        _states.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
                _states.Add(Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer)));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
