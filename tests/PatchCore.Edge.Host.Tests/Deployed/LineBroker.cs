using System.Diagnostics;
using System.Globalization;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>
/// A broker with the configuration of deploy/mosquitto, on free ports and in a folder of its own, with certificates and
/// passwords made as its README says.
/// </summary>
internal sealed class LineBroker : IDisposable
{
    public const string ViewerPassword = "look but do not touch";

    private static readonly string Deployed = Path.Combine(AppContext.BaseDirectory, "deploy");

    private readonly TemporaryFolder _folder = new();
    private readonly MosquittoBroker _broker;

    /// <param name="bridgePort">where the plant's broker is, with the same authority; null has no bridge</param>
    public LineBroker(int? bridgePort = null)
    {
        var template = Path.Combine(Deployed, "mosquitto");
        Directory.CreateDirectory(_folder["conf.d"]);
        Directory.CreateDirectory(_folder["data"]);
        Run("bash", Path.Combine(template, "make-certificates.sh"), _folder.Path, "127.0.0.1",
            "station-1", "station-2", "viewer", "operator", "plant-bridge");
        Run("bash", Path.Combine(template, "make-certificates.sh"), _folder["foreign"], "127.0.0.1", "operator");
        Run("mosquitto_passwd", "-c", "-b", _folder["passwords"], "viewer", ViewerPassword);
        File.Copy(Path.Combine(template, "acl"), _folder["acl"]);
        File.Copy(_folder["ca.crt"], _folder["plant-ca.crt"]);
        if (bridgePort is { } plant)
        {
            _folder.Write("conf.d/bridge.conf", Here(File.ReadAllText(Path.Combine(template, "bridge.conf")))
                .Replace("plant.example:8883", $"127.0.0.1:{Number(plant)}", StringComparison.Ordinal)
                .Replace("restart_timeout 2 30", "restart_timeout 1", StringComparison.Ordinal));
        }

        var port = MosquittoBroker.FreePort();
        WebPort = MosquittoBroker.FreePort();
        _broker = MosquittoBroker.StartAs(port, "user root\n" + Here(File.ReadAllText(Path.Combine(template, "line.conf")))
            .Replace("listener 8883", $"listener {Number(port)} 127.0.0.1", StringComparison.Ordinal)
            .Replace("listener 9443", $"listener {Number(WebPort)} 127.0.0.1", StringComparison.Ordinal));
    }

    /// <summary>Of the dashboard.</summary>
    public int WebPort { get; }

    /// <summary>For a plant's broker with the same authority.</summary>
    public string PlantSettings =>
        $"allow_anonymous true\ncafile {_folder["ca.crt"]}\ncertfile {_folder["server.crt"]}\nkeyfile "
        + $"{_folder["server.key"]}\nrequire_certificate true";

    /// <param name="name">whose certificate is shown; null shows none</param>
    /// <param name="port">null is this broker</param>
    public MosquittoOptions As(string? name, int? port = null) => Clients.Options(port ?? _broker.Port) with
    {
        Tls = new MosquittoTls(
            _folder["ca.crt"], name is null ? null : _folder[$"{name}.crt"], name is null ? null : _folder[$"{name}.key"]),
    };

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private string Here(string configuration) => configuration
        .Replace("/etc/mosquitto/patchcore", _folder.Path, StringComparison.Ordinal)
        .Replace("/var/lib/mosquitto", _folder["data"], StringComparison.Ordinal)
        .Replace("/opt/patchcore-edge", Deployed, StringComparison.Ordinal);

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors}");
    }
}
