using System.Diagnostics;
using System.Globalization;

namespace PatchCore.Edge.Tests;

/// <summary>
/// A real GigE Vision camera: aravis's simulator, a process of its own on 127.0.0.1. It can only listen to the one port
/// of the standard, so those who want one wait for each other, also in other processes.
/// </summary>
internal sealed class GenicamSimulator : IDisposable
{
    internal const string Address = "127.0.0.1";
    private const string Program = "arv-fake-gv-camera-0.8";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string LockFile = Path.Combine(Path.GetTempPath(), "patchcore-gige-vision.lock");

    private readonly FileStream _turn;
    private readonly string[] _arguments;
    private Process? _process;

    private GenicamSimulator(FileStream turn, string[] arguments) => (_turn, _arguments) = (turn, arguments);

    /// <summary>Starts a camera, once nobody else has one.</summary>
    /// <param name="serial">Its serial number; its id is then Aravis-Fake-SERIAL.</param>
    /// <param name="lostPackets">Of a thousand packets, so many are never sent.</param>
    /// <param name="description">Another GenICam file than its own.</param>
    internal static GenicamSimulator Start(string serial = "T1", int lostPackets = 0, string? description = null)
    {
        string[] arguments =
        [
            "-i", Address, "-s", serial, "-d", "device:3",
            "-r", lostPackets.ToString(CultureInfo.InvariantCulture),
            .. description is null ? Array.Empty<string>() : ["-g", description],
        ];
        var simulator = new GenicamSimulator(TakeTurn(), arguments);
        try
        {
            simulator.Resume();
            return simulator;
        }
        catch
        {
            simulator.Dispose();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="Kill"/>; it remembers nothing.</summary>
    internal void Resume()
    {
        var waited = Stopwatch.StartNew();
        while (!TryListen())
        {
            // A simulator that somebody started by hand.
            if (waited.Elapsed > Patience)
                throw new InvalidOperationException($"UDP port 3956 of {Address} is taken: by another camera?");
            Pause();
        }
    }

    /// <summary>Stops it without ending it: it takes no more packets and answers nothing.</summary>
    internal void Freeze()
    {
        using var stop = Process.Start("kill", ["-STOP", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        stop.WaitForExit();
        // The signal is on its way to every thread, and one of them may still answer.
        var waited = Stopwatch.StartNew();
        while (!IsFrozen() && waited.Elapsed < Patience)
            Pause();
    }

    private bool IsFrozen() => Directory.EnumerateDirectories($"/proc/{_process!.Id}/task")
        .All(thread => File.ReadAllText(Path.Combine(thread, "stat")).Contains(") T ", StringComparison.Ordinal));

    /// <summary>Ends it at once, as a cut cable would.</summary>
    internal void Kill()
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
        _turn.Dispose();
    }

    private static FileStream TakeTurn()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < Patience)
            {
                Pause();
            }
        }
    }

    private static void Pause() => Task.Delay(20).Wait();

    /// <summary>Starts the process; false, and none, when the port is taken.</summary>
    private bool TryListen()
    {
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Process.Start(new ProcessStartInfo(Program, _arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        void Read(object sender, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains("Failed to bind GVCP", StringComparison.Ordinal) == true)
                listening.TrySetResult(false);
            else if (line.Data?.Contains("Listening to", StringComparison.Ordinal) == true)
                listening.TrySetResult(true);
        }

        _process.ErrorDataReceived += Read;
        _process.OutputDataReceived += Read;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        if (!listening.Task.Wait(TimeSpan.FromSeconds(20)))
            throw new InvalidOperationException($"{Program} (Debian package aravis-tools) did not start");
        if (listening.Task.Result)
            return true;
        Kill();
        return false;
    }
}
