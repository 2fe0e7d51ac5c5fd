using System.CommandLine;
using System.Globalization;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>cameras snap</c>: one picture of a camera, as a file.</summary>
internal static class CameraSnapCommand
{
    public static Command Create()
    {
        var target = new CameraTarget();
        var file = new Option<FileInfo>("--out")
        {
            Description = "Picture to write: .png keeps every value; .jpg, .bmp and .tiff work as well",
            Required = true,
        };
        var skip = new Option<int>("--skip")
        {
            Description = "Pictures to pass over first, while an automatic exposure settles (default: 5)",
            DefaultValueFactory = _ => 5,
        };
        var command = new Command("snap", "Take a picture with a camera") { file, skip };
        target.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var path = parsed.GetValue(file)!.FullName;
            var folder = Path.GetDirectoryName(path);
            if (!Directory.Exists(folder))
                throw new UsageException($"--out {path} cannot be written: there is no folder {folder}");
            var skipped = parsed.GetValue(skip);
            if (skipped < 0)
            {
                throw new UsageException(
                    string.Create(CultureInfo.InvariantCulture, $"--skip found {skipped}, expected 0 or more"));
            }
            using var source = target.Open(parsed);
            using var pool = new FramePool(1);
            using var frame = pool.Rent(stop);
            var damaged = 0;
            for (var i = 0; i <= skipped; i++)
            {
                if (!CamerasCommand.TryRead(source, frame, ref damaged, stop))
                {
                    throw new CameraException(
                        string.Create(CultureInfo.InvariantCulture, $"{source.Description} gave {i} pictures only"));
                }
            }
            var image = frame.Image;
            image.Write(path);
            parsed.InvocationConfiguration.Output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{path}: {image.Width}x{image.Height}, {image.Format}"));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
