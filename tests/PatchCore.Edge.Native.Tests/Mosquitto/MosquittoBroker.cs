using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PatchCore.Edge.Native.Tests.Mosquitto;

/// <summary>A real mosquitto process on a free loopback port, with its own temporary folder.</summary>
public sealed class MosquittoBroker : IDisposable
{
    private static readonly string[] Programs =
        ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _directory = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private Process? _process;

    private MosquittoBroker(int port, string configuration)
    {
        Port = port;
        File.WriteAllText(ConfigurationFile, configuration);
    }

    public int Port { get; }

    private string ConfigurationFile => Path.Combine(_directory, "mosquitto.conf");

    /// <param name="settings">lines of mosquitto.conf for the one listener</param>
    public static MosquittoBroker Start(string settings = "allow_anonymous true")
    {
        var broker = Prepare(settings);
        broker.Start();
        return broker;
    }

    /// <param name="port">the one that <see cref="Port"/> is to tell</param>
    /// <param name="configuration">a whole mosquitto.conf</param>
    public static MosquittoBroker StartAs(int port, string configuration)
    {
        var broker = new MosquittoBroker(port, configuration);
        try
        {
            broker.Start();
        }
        catch
        {
            broker.Dispose();
            throw;
        }
        return broker;
    }

    /// <summary>A broker that is not running yet, but knows its port.</summary>
    public static MosquittoBroker Prepare(string settings = "allow_anonymous true")
    {
        var port = FreePort();
        return new(port, string.Create(CultureInfo.InvariantCulture,
            $"listener {port} 127.0.0.1\nuser root\nlog_type all\n{settings}\n"));
    }

    public void Start()
    {
        var start = new ProcessStartInfo(FindProgram(), ["-c", ConfigurationFile, "-v"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new List<string>();
        void Read(object sender, DataReceivedEventArgs e)
        {
            lock (log)
                log.Add(e.Data ?? "");
            if (e.Data?.EndsWith(" running", StringComparison.Ordinal) == true)
                running.TrySetResult();
        }
        process.ErrorDataReceived += Read;
        process.OutputDataReceived += Read;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
        if (!running.Task.Wait(Patience))
        {
            lock (log)
                throw new InvalidOperationException($"mosquitto did not start: {string.Join('\n', log)}");
        }
    }

    /// <summary>Stops the broker without closing anything: it takes no more bytes and answers nothing.</summary>
    public void Freeze()
    {
        using var stop = Process.Start("kill", ["-STOP", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        stop.WaitForExit();
    }

    /// <summary>Ends the broker at once; nothing is sent to its clients but the end of the connection.</summary>
    public void Kill()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(_directory, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindProgram() =>
        Programs.FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("These tests need the mosquitto broker (Debian package mosquitto).");
}
