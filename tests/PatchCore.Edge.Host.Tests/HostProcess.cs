using System.Diagnostics;
using System.Globalization;

namespace PatchCore.Edge.Host.Tests;

/// <summary>The program itself, as a process.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private HostProcess(string[] arguments, (string Key, string Value)[] environment, params string[] before)
    {
        string[] command =
            [.. before, "dotnet", Path.Combine(AppContext.BaseDirectory, "patchcore-edge.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public static HostProcess Start(string[] arguments, params (string Key, string Value)[] environment) =>
        new(arguments, environment);

    /// <summary>With a small disk of its own in a folder, which others see as <see cref="DiskOf"/>.</summary>
    /// <param name="disk">The folder, which is there.</param>
    /// <param name="size">Of the disk, such as 8m.</param>
    /// <param name="arguments">Of the program.</param>
    public static HostProcess StartWithDisk(string disk, string size, string[] arguments) => new(
        arguments, [],
        // A user namespace lets anybody mount, who is root in it.
        "unshare", "--map-root-user", "--mount", "sh", "-c",
        "mount -t tmpfs -o size=\"$1\" none \"$2\" && shift 2 && exec \"$@\"", "sh", size, disk);

    /// <summary>Where others than the program find its disk, while it runs.</summary>
    public string DiskOf(string disk) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/root{disk}");

    public static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        new HostProcess(arguments, []).EndAsync();

    /// <summary>SIGTERM, as systemd sends it.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL; when this completes, it is gone.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    public async Task<(int Code, string Output, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, await _output, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
