using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Commands;

namespace PatchCore.Edge.Host.Learning;

/// <summary>A memory bank did not learn; the message says why, and the bundle is what it was.</summary>
internal sealed class LearningException(string message) : Exception(message);

/// <summary>Adds pictures to a memory bank.</summary>
internal interface IBankTeacher
{
    /// <exception cref="LearningException">Nothing was learned.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, and the bundle is what it was.</exception>
    public Task<BankUpdateReport> TeachAsync(string bundle, string pictures, CancellationToken stop);
}

/// <summary>
/// Runs <c>bank add</c> as a process of its own, which gets what the inspection leaves of the processor: a thread would
/// share its heap and its collections with the line, and on Linux cannot be made less urgent than it.
/// </summary>
internal sealed class BankTeacher(ExecutionOptions execution) : IBankTeacher
{
    /// <summary>The largest: a hundredth of the processor while others want it.</summary>
    private const string Niceness = "19";

    public async Task<BankUpdateReport> TeachAsync(string bundle, string pictures, CancellationToken stop)
    {
        using var process = Start(bundle, pictures);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A bundle is replaced as a whole or not at all, whenever its writer ends.
            process.Kill();
            throw;
        }

        if (process.ExitCode != ExitCode.Ok)
            throw new LearningException(Reason(await errors.ConfigureAwait(false), process.ExitCode));
        return JsonSerializer.Deserialize<BankUpdateReport>(await output.ConfigureAwait(false))!;
    }

    private Process Start(string bundle, string pictures)
    {
        var start = new ProcessStartInfo("nice", ["-n", Niceness, .. Program()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])
            [BankCommand.Name, BankCommand.Add, bundle, "--good", pictures, BankCommand.Json, .. Execution()])
        {
            start.ArgumentList.Add(argument);
        }

        // What systemd gave is the station's alone to use.
        start.Environment.Remove("NOTIFY_SOCKET");
        start.Environment.Remove("WATCHDOG_USEC");
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new LearningException($"the process that learns could not be started: {error.Message}");
        }
    }

    /// <summary>This program, started as it was itself.</summary>
    private static string[] Program()
    {
        var path = Environment.ProcessPath!;
        return Path.GetFileName(path) == "dotnet"
            ? [path, Path.Combine(AppContext.BaseDirectory, "patchcore-edge.dll")]
            : [path];
    }

    private IEnumerable<string> Execution()
    {
        yield return "--provider";
        yield return string.Join(',', execution.Providers);
        if (execution.Required is { } required)
        {
            yield return "--require-provider";
            yield return required;
        }

        yield return "--device";
        yield return execution.DeviceId.ToString(CultureInfo.InvariantCulture);
        yield return "--threads";
        yield return execution.IntraOpThreads.ToString(CultureInfo.InvariantCulture);
        if (execution.NativeLibrary is { } library)
        {
            yield return "--onnxruntime";
            yield return library;
        }
    }

    private static string Reason(string errors, int code)
    {
        var last = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        return last is null
            ? string.Create(CultureInfo.InvariantCulture, $"the process that learns ended with {code} and no reason")
            : last[(last.StartsWith("patchcore-edge: ", StringComparison.Ordinal) ? 16 : 0)..];
    }
}
