using System.CommandLine;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Commands;

/// <summary>Runs a command; whatever goes wrong becomes one sentence on standard error and an exit code.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show the details of an error, with its stack",
        Recursive = true,
    };

    public static async Task<int> RunAsync(
        RootCommand root, string[] args, InvocationConfiguration? configuration = null)
    {
        root.Options.Add(Verbose);
        configuration ??= new InvocationConfiguration();
        configuration.EnableDefaultExceptionHandler = false;
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await configuration.Error.WriteLineAsync($"patchcore-edge: {error.Message}");
            await configuration.Error.WriteLineAsync($"patchcore-edge: try '{Path(parsed)} --help'");
            return ExitCode.Usage;
        }

        // The service stops by the host's own signal handling, which drains; a second one would race it.
        configuration.ProcessTerminationTimeout = parsed.CommandResult.Command.Name == RunCommand.Name
            ? null
            : TimeSpan.FromSeconds(10);
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
#pragma warning disable CA1031 // the outermost frame: nobody else could tell the user
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Explain(error, configuration.Error, parsed.GetValue(Verbose));
        }
    }

    private static int Explain(Exception error, TextWriter output, bool verbose)
    {
        if (error is OperationCanceledException)
        {
            output.WriteLine("patchcore-edge: stopped");
            return ExitCode.Canceled;
        }
        output.WriteLine($"patchcore-edge: {(verbose ? error : Sentence(error))}");
        return error is SettingsException or UsageException ? ExitCode.Usage : ExitCode.Failed;
    }

    private static string Sentence(Exception error) => error switch
    {
        SettingsException => error.Message,
        DllNotFoundException or EntryPointNotFoundException or TypeInitializationException =>
            error.GetBaseException().Message,
        AggregateException => error.GetBaseException().Message,
        // Messages of our own and of the file system name what is wrong; of the rest also the kind is worth telling.
        _ when error.GetType().Namespace?.StartsWith("PatchCore", StringComparison.Ordinal) == true => error.Message,
        IOException or UnauthorizedAccessException => error.Message,
        _ => $"{error.GetType().Name}: {error.Message} (--verbose shows where)",
    };

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult;
            result is not null;
            result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, result.Parent is null ? "patchcore-edge" : result.Command.Name);
        }
        return string.Join(' ', names);
    }
}

/// <summary>Arguments that parse but make no sense.</summary>
internal sealed class UsageException(string message) : Exception(message);
