using System.Net;
using System.Net.Sockets;

namespace PatchCore.Edge.Native.Tests.Mosquitto;

/// <summary>Forwards one port to another, and can cut the cable.</summary>
public sealed class Relay : IDisposable
{
    private readonly TcpListener _listener;
    private readonly List<TcpClient> _ends = [];

    /// <param name="target">where it forwards to</param>
    /// <param name="port">where it listens; 0 takes a free one</param>
    public Relay(int target, int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(target);
    }

    public int Port { get; }

    /// <summary>Drops every connection without a word of MQTT and takes no new one.</summary>
    public void Cut()
    {
        _listener.Stop();
        lock (_ends)
            _ends.ForEach(end => end.Dispose());
    }

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                await far.ConnectAsync(IPAddress.Loopback, target);
                lock (_ends)
                    _ends.AddRange([near, far]);
                _ = CopyAsync(near, far);
                _ = CopyAsync(far, near);
            }
        }
        catch (SocketException)
        {
            // Cut.
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (IOException)
        {
            // Cut.
        }
        catch (ObjectDisposedException)
        {
            // Cut.
        }
    }
}
