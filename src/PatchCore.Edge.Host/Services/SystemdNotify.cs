using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PatchCore.Edge.Host.Services;

/// <summary>
/// sd_notify(3) without libsystemd: datagrams to the socket that NOTIFY_SOCKET names, a path or an abstract name with a
/// leading '@'. Does nothing when systemd does not listen.
/// </summary>
internal sealed class SystemdNotify : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;

    /// <param name="socketName">value of NOTIFY_SOCKET; null or empty: not under systemd</param>
    /// <param name="watchdogMicroseconds">value of WATCHDOG_USEC</param>
    /// <param name="watchdogProcess">value of WATCHDOG_PID; another process's watchdog is not ours to feed</param>
    public SystemdNotify(string? socketName, string? watchdogMicroseconds, string? watchdogProcess)
    {
        if (string.IsNullOrEmpty(socketName))
            return;
        // A manager that does not read must not hold up the station.
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 1000 };
        _manager = new UnixDomainSocketEndPoint(socketName[0] == '@' ? '\0' + socketName[1..] : socketName);
        var ours = string.IsNullOrEmpty(watchdogProcess)
            || watchdogProcess == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (ours && long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit > 0)
        {
            WatchdogInterval = TimeSpan.FromMicroseconds(limit / 2.0);
        }
    }

    public static SystemdNotify FromEnvironment() => new(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        Environment.GetEnvironmentVariable("WATCHDOG_PID"));

    /// <summary>Half of what the unit's WatchdogSec allows; null when systemd expects nothing.</summary>
    public TimeSpan? WatchdogInterval { get; }

    public void Ready(string status) => Send($"READY=1\nSTATUS={Line(status)}");

    public void Status(string status) => Send($"STATUS={Line(status)}");

    public void Stopping(string status) => Send($"STOPPING=1\nSTATUS={Line(status)}");

    public void Watchdog() => Send("WATCHDOG=1");

    public void Dispose() => _socket?.Dispose();

    private void Send(string state)
    {
        if (_socket is null)
            return;
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(state), _manager!);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The manager is gone, restarting or not reading, or the service is ending: it goes on without being heard.
        }
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ");
}
