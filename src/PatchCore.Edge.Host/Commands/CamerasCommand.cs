using System.CommandLine;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>cameras</c>: what cameras there are, and what one of them shows.</summary>
internal static class CamerasCommand
{
    /// <summary>Damaged pictures in a row past which nothing else is to be expected.</summary>
    private const int DamagedAtMost = 50;

    public static Command Create() => new("cameras", "Find cameras, try one, and take a picture")
    {
        CreateList(), CameraProbeCommand.Create(), CameraSnapCommand.Create(),
    };

    private static Command CreateList()
    {
        var config = new Option<FileInfo?>("--config") { Description = "Also show the cameras of a configuration" };
        var command = new Command("list", "Show the cameras of this machine, and those of a configuration") { config };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var configured = parsed.GetValue(config) is { } file ? CameraTarget.Configured(file) : null;
            var table = new TextTable("kind", "camera", "model", "modes");
            var found = FoundCamera.All();
            foreach (var camera in found)
                table.Add(camera.Kind, camera.Name, camera.Model, camera.Modes);
            if (found.Count > 0)
                table.Write(output);
            else
                output.WriteLine("no camera was found on this machine");
            if (configured is null)
                return ExitCode.Ok;
            output.WriteLine();
            var named = new TextTable("name", "kind", "source");
            foreach (var (name, camera) in configured)
            {
                named.Add(name, $"{camera.Source.Kind}".ToLowerInvariant(), Describe(camera.Source));
            }
            named.Write(output);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Some sources open their camera to be made, which may be away or in use.</summary>
    private static string Describe(SourceSettings settings)
    {
        try
        {
            using var source = Sources.Of(settings, TimeProvider.System)();
            return source.Description;
        }
        catch (CameraException error)
        {
            return error.Message;
        }
    }

    /// <summary>Reads the next picture; false at the end. Damaged ones are counted and passed over.</summary>
    /// <exception cref="CameraException">The camera is lost, or gives damaged pictures alone.</exception>
    internal static bool TryRead(IFrameSource source, Frame frame, ref int damaged, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return source.TryRead(frame, stop);
            }
            catch (CameraException error) when (error.SourceUsable && tries < DamagedAtMost)
            {
                damaged++;
            }
        }
    }
}
