using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Host.Watching;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>watch</c>: what a subscriber receives.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var broker = new Option<string>("--broker")
        {
            Description = "Broker as host or host:port",
            DefaultValueFactory = _ => "localhost:1883",
        };
        var root = new Option<string>("--root") { Description = "Topic root", DefaultValueFactory = _ => "patchcore" };
        var station = new Option<string>("--station")
        {
            Description = "Station, + for all",
            DefaultValueFactory = _ => "+",
        };
        var seconds = new Option<double?>("--seconds") { Description = "Stop after so long (default: at Ctrl+C)" };
        var sheet = new Option<FileInfo?>("--sheet")
        {
            Description = "Save received heatmaps side by side as .png or .jpg, framed green for PASS, red for FAIL",
        };
        var user = new Option<string?>("--user") { Description = "User name at the broker" };
        var password = new Option<FileInfo?>("--password-file")
        {
            Description = "File whose first line is the password",
        };
        var command = new Command(
            "watch", "Show the results that a subscriber receives; exits with 1 when there were none")
        {
            broker, root, station, seconds, sheet, user, password,
        };
        command.SetAction(async (parsed, canceled) =>
        {
            var (host, port) = ParseBroker(parsed.GetValue(broker)!);
            var options = new MosquittoOptions
            {
                Host = host,
                Port = port,
                Username = parsed.GetValue(user),
                Password = parsed.GetValue(password) is { } file
                    ? File.ReadLines(file.FullName).FirstOrDefault()
                    : null,
                MaxReconnectDelay = TimeSpan.FromSeconds(2),
            };
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(canceled);
            if (parsed.GetValue(seconds) is { } limit)
                stop.CancelAfter(TimeSpan.FromSeconds(limit));
            using var watcher = new Watcher(
                options, (parsed.GetValue(root)!, parsed.GetValue(station)!), errors.WriteLine);
            await WatchDisplay.ShowAsync(watcher.ReceiveAsync(stop.Token), watcher.Tally, output);
            return Conclude(watcher, parsed.GetValue(sheet)?.FullName, output, errors);
        });
        return command;
    }

    private static int Conclude(Watcher watcher, string? sheet, TextWriter output, TextWriter errors)
    {
        watcher.Dispose();
        if (watcher.Tally.Received == 0)
        {
            errors.WriteLine("patchcore-edge: no result was received");
            return ExitCode.Failed;
        }
        watcher.Tally.Write(output, watcher.MedianLatency);
        if (sheet is null)
            return ExitCode.Ok;
        if (watcher.Gallery.Pictures.Count == 0)
        {
            errors.WriteLine($"patchcore-edge: no heatmap was received, so there is no {sheet}");
            return ExitCode.Failed;
        }
        ContactSheet.Save(watcher.Gallery.Pictures, sheet);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{watcher.Gallery.Pictures.Count} heatmaps on {sheet}"));
        return ExitCode.Ok;
    }

    /// <exception cref="UsageException">Not a port.</exception>
    internal static (string Host, int Port) ParseBroker(string text)
    {
        var at = text.LastIndexOf(':');
        if (at < 0)
            return (text, 1883);
        return at > 0
            && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65535
            ? (text[..at], port)
            : throw new UsageException($"--broker found '{text}', expected host or host:port");
    }
}
