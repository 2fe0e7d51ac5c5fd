using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Displays;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>cameras probe</c>: opens a camera, reads some pictures and says what they are.</summary>
internal static class CameraProbeCommand
{
    public static Command Create()
    {
        var target = new CameraTarget();
        var frames = new Option<int>("--frames")
        {
            Description = "Pictures to measure the rate over (default: 25)",
            DefaultValueFactory = _ => 25,
        };
        var command = new Command("probe", "Try a camera: size, pixel format, frame rate, brightness, modes")
        {
            frames,
        };
        target.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var count = parsed.GetValue(frames);
            if (count < 2)
            {
                throw new UsageException(
                    string.Create(CultureInfo.InvariantCulture, $"--frames found {count}, expected 2 or more"));
            }
            using var source = target.Open(parsed);
            Probe(source, count, parsed.InvocationConfiguration.Output, stop);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static void Probe(IFrameSource source, int count, TextWriter output, CancellationToken stop)
    {
        var time = TimeProvider.System;
        using var pool = new FramePool(1);
        using var frame = pool.Rent(stop);
        var started = time.GetTimestamp();
        var (read, damaged) = (0, 0);
        long first = 0, last = 0;
        while (read < count && CamerasCommand.TryRead(source, frame, ref damaged, stop))
        {
            last = time.GetTimestamp();
            first = read++ == 0 ? last : first;
        }
        if (read == 0)
            throw new CameraException($"{source.Description} gave no picture");
        Print(source, frame.Image, output);
        var seconds = time.GetElapsedTime(first, last).TotalSeconds;
        var rate = read > 1 && seconds > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{(read - 1) / seconds:F1} fps over {read} pictures")
            : "one picture only";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            rate        {rate}, the first after {time.GetElapsedTime(started, first).TotalSeconds:F2} s
            damaged     {damaged}
            """));
        PrintDevice(source, output);
    }

    private static void Print(IFrameSource source, NativeImage image, TextWriter output)
    {
        var light = Brightness.Of(image);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            camera      {source.Description}
            pictures    {image.Width}x{image.Height}, {image.Format}
            brightness  {light.Mean:P0} of white, {light.Black:P1} black, {light.White:P1} white
            """));
        if (source is ILiveSource { Stated: var (rate, format) })
        {
            var stated = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {rate:0.##} fps") : "";
            output.WriteLine($"stream      {format}{stated}");
        }
    }

    private static void PrintDevice(IFrameSource source, TextWriter output)
    {
        if (source is GenicamSource camera)
        {
            foreach (var (name, feature) in camera.Probe().Features)
                output.WriteLine($"feature     {name}: {Text(feature)}");
        }

        if (source is V4l2Source device)
            PrintDevice(device, output);
    }

    private static void PrintDevice(V4l2Source device, TextWriter output)
    {
        var camera = V4l2Camera.Describe(device.Device);
        output.WriteLine($"model       {camera.Card}, {camera.Driver}, {camera.Bus}");
        foreach (var mode in camera.Modes)
            output.WriteLine($"mode        {FoundCamera.Text(mode)}");
        foreach (var control in camera.Controls)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"control     {control.Name}: {control.Value} ({control.Least} to {control.Most} in steps of "
                    + $"{control.Step}, default {control.Default})"));
        }
    }

    private static string Text(GenicamFeature feature)
    {
        var range = feature.Entries.Count > 0 ? string.Join(", ", feature.Entries)
            : feature is { Minimum: { } low, Maximum: { } high }
                ? string.Create(CultureInfo.InvariantCulture, $"{low:0.######} to {high:0.######}")
                : "";
        return range.Length == 0 ? feature.Value : $"{feature.Value} ({range})";
    }
}
