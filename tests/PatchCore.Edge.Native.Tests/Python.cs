using System.Diagnostics;

namespace PatchCore.Edge.Native.Tests;

/// <summary>The system's Python, as a second opinion on files: its FAISS is the stock one.</summary>
internal static class Python
{
    /// <summary>Runs a script; what it prints is the result.</summary>
    internal static string Run(string script, params ReadOnlySpan<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(
            process.ExitCode == 0,
            $"/usr/bin/python3 failed; this test needs the package python3-faiss. {errors.Result}");
        return output;
    }
}
