using System.Globalization;
using System.Net.Sockets;
using System.Text;
using PatchCore.Edge.Host.Services;

namespace PatchCore.Edge.Host.Tests.Services;

public sealed class SystemdNotifyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void States_arrive_as_datagrams(bool isAbstract)
    {
        var name = isAbstract ? $"@patchcore-{Guid.NewGuid():N}" : Path.Combine(_folder.Path, "notify");
        using var manager = Listen(name);
        using var notify = new SystemdNotify(name, null, null);

        notify.Ready("2 cameras");
        notify.Status("100 frames\nand more");
        notify.Watchdog();
        notify.Stopping("draining");

        Assert.Equal("READY=1\nSTATUS=2 cameras", Receive(manager));
        Assert.Equal("STATUS=100 frames and more", Receive(manager));
        Assert.Equal("WATCHDOG=1", Receive(manager));
        Assert.Equal("STOPPING=1\nSTATUS=draining", Receive(manager));
    }

    [Fact]
    public void Watchdog_interval_is_half_the_limit()
    {
        var name = Path.Combine(_folder.Path, "notify");
        using var notify = new SystemdNotify(
            name, "30000000", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(TimeSpan.FromSeconds(15), notify.WatchdogInterval);
    }

    [Fact]
    public void Watchdog_of_another_process_is_not_fed()
    {
        using var notify = new SystemdNotify(Path.Combine(_folder.Path, "notify"), "30000000", "1");

        Assert.Null(notify.WatchdogInterval);
    }

    [Fact]
    public void Without_systemd_nothing_happens()
    {
        using var notify = new SystemdNotify(null, "30000000", null);

        notify.Ready("nobody listens");

        Assert.Null(notify.WatchdogInterval);
    }

    [Fact]
    public void Manager_that_went_away_is_survived()
    {
        using var notify = new SystemdNotify(Path.Combine(_folder.Path, "gone"), null, null);

        notify.Ready("nobody listens");
    }

    [Fact]
    public async Task Manager_that_does_not_read_holds_nobody_up_for_long()
    {
        var name = Path.Combine(_folder.Path, "notify");
        using var manager = Listen(name);
        using (var filler = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            filler.Blocking = false;
            // Until the kernel's queue of the manager's socket is full.
            void Fill()
            {
                while (true)
                    filler.SendTo([0], new UnixDomainSocketEndPoint(name));
            }
            Assert.Throws<SocketException>(Fill);
        }
        using var notify = new SystemdNotify(name, null, null);

        await Task.Run(() => notify.Ready("nobody reads")).WaitAsync(TimeSpan.FromSeconds(20));
    }

    public void Dispose() => _folder.Dispose();

    private static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = 10_000,
        };
        socket.Bind(new UnixDomainSocketEndPoint(name.StartsWith('@') ? '\0' + name[1..] : name));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
