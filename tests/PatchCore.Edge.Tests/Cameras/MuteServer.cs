using System.Net;
using System.Net.Sockets;

namespace PatchCore.Edge.Tests.Cameras;

/// <summary>Takes connections on loopback and never answers.</summary>
internal sealed class MuteServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task<Socket> _connection;

    public MuteServer()
    {
        _listener.Start();
        _connection = _listener.AcceptSocketAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Task Connected => _connection;

    public void Dispose()
    {
        _listener.Dispose();
        if (_connection.IsCompletedSuccessfully)
            _connection.Result.Dispose();
    }
}
