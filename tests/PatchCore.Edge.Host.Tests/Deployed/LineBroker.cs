using System.Globalization;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>A broker with the configuration of deploy/mosquitto, but for ports and folders.</summary>
internal sealed class LineBroker : IDisposable
{
    private static readonly string Deployed = Path.Combine(AppContext.BaseDirectory, "deploy");

    private readonly LineCertificates _certificates;
    private readonly TemporaryFolder _folder;
    private readonly MosquittoBroker _broker;

    /// <param name="certificates">are the caller's; one broker at a time</param>
    /// <param name="bridgePort">where the plant's broker is; null has no bridge</param>
    public LineBroker(LineCertificates certificates, int? bridgePort = null)
    {
        (_certificates, _folder) = (certificates, certificates.Folder);
        Directory.CreateDirectory(_folder["conf.d"]);
        Directory.CreateDirectory(_folder["data"]);
        _folder.Write("acl", Template("acl"));
        if (bridgePort is { } plant)
        {
            _folder.Write("conf.d/bridge.conf", Template("bridge.conf")
                .Replace("plant.example:8883", $"127.0.0.1:{Number(plant)}", StringComparison.Ordinal)
                .Replace("restart_timeout 2 30", "restart_timeout 1", StringComparison.Ordinal));
        }

        var port = MosquittoBroker.FreePort();
        WebPort = MosquittoBroker.FreePort();
        _broker = MosquittoBroker.StartAs(port, "user root\n" + Template("line.conf")
            .Replace("listener 8883", $"listener {Number(port)} 127.0.0.1", StringComparison.Ordinal)
            .Replace("listener 9001 ", $"listener {Number(WebPort)} ", StringComparison.Ordinal));
    }

    /// <summary>Of the dashboard.</summary>
    public int WebPort { get; }

    /// <param name="name">whose certificate is shown; null shows none</param>
    public MosquittoOptions As(string? name) => _certificates.As(name, _broker.Port);

    public void Dispose() => _broker.Dispose();

    private string Template(string name) => File.ReadAllText(Path.Combine(Deployed, "mosquitto", name))
        .Replace("/etc/mosquitto/patchcore", _folder.Path, StringComparison.Ordinal)
        .Replace("/var/lib/mosquitto", _folder["data"], StringComparison.Ordinal)
        .Replace("/opt/patchcore-edge", Deployed, StringComparison.Ordinal);

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
