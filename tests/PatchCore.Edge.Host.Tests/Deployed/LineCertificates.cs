using System.Diagnostics;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>Certificates and passwords in a folder of their own, made as the README of deploy/mosquitto says.</summary>
internal sealed class LineCertificates : IDisposable
{
    public const string ViewerPassword = "look but do not touch";

    public LineCertificates()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "deploy", "mosquitto", "make-certificates.sh");
        Run(
            "bash", script, Folder.Path, "127.0.0.1", "station-1", "station-2", "viewer", "operator", "scada",
            "plant-bridge");
        Run("bash", script, Folder["foreign"], "127.0.0.1", "operator");
        Run("mosquitto_passwd", "-c", "-b", Folder["passwords"], "viewer", ViewerPassword);
        File.Copy(Folder["ca.crt"], Folder["plant-ca.crt"]);
    }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>For a plant's broker with the same authority.</summary>
    public string PlantSettings =>
        $"allow_anonymous true\ncafile {Folder["ca.crt"]}\ncertfile {Folder["server.crt"]}\n"
        + $"keyfile {Folder["server.key"]}\nrequire_certificate true";

    /// <param name="name">whose certificate is shown; null shows none</param>
    /// <param name="port">the broker's</param>
    public MosquittoOptions As(string? name, int port) => Clients.Options(port) with
    {
        Tls = new MosquittoTls(
            Folder["ca.crt"], name is null ? null : Folder[$"{name}.crt"], name is null ? null : Folder[$"{name}.key"]),
    };

    public void Dispose() => Folder.Dispose();

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors}");
    }
}
