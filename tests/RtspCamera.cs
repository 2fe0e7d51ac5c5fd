using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PatchCore.Edge.Tests;

/// <summary>
/// A real RTSP server on loopback, 320 × 240 pixels of 100 % color bars in H.264; see rtsp_camera.py.
/// </summary>
internal sealed class RtspCamera : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private bool _disposed;

    private RtspCamera(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Url => UrlOf(Port);

    /// <summary>Where the bars are pure, as a column of pixels and their blue, green and red.</summary>
    public static IReadOnlyList<(int X, int Blue, int Green, int Red)> Bars { get; } =
        [(160, 0, 255, 0), (251, 0, 0, 255), (297, 255, 0, 0)];

    public static string UrlOf(int port, string path = "line") =>
        string.Create(CultureInfo.InvariantCulture, $"rtsp://127.0.0.1:{port}/{path}");

    /// <param name="arguments">Options of rtsp_camera.py.</param>
    public static RtspCamera Start(params ReadOnlySpan<string> arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "rtsp_camera.py");
        var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, .. arguments])
        {
            RedirectStandardInput = true, // closes with this process, and so ends that one
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = process.StandardOutput.ReadLineAsync();
        if (line.Wait(Patience) && int.TryParse(line.Result, CultureInfo.InvariantCulture, out var port))
            return new RtspCamera(process, port);
        process.Kill();
        throw new InvalidOperationException(
            $"the RTSP server did not start; it needs the packages that ./build.sh test installs. {errors.Result}");
    }

    /// <summary>A port of loopback where nobody listens.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
