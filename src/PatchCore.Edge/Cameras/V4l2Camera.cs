using System.Globalization;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>One way in which a device gives pictures.</summary>
/// <param name="PixelFormat">A fourcc.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="FramesPerSecond">The rates it can have; empty when the device does not tell.</param>
public sealed record V4l2Mode(string PixelFormat, int Width, int Height, IReadOnlyList<double> FramesPerSecond);

/// <summary>A control of a device, as its driver names it.</summary>
public sealed record V4l2Control(string Name, int Least, int Most, int Step, int Default, int Value);

/// <summary>A V4L2 device that captures video, and what it can do.</summary>
public sealed record V4l2Camera
{
    /// <summary>/dev/video0 and so on, which changes from start to start where there are several.</summary>
    public required string Path { get; init; }

    /// <summary>Its name in /dev/v4l/by-id, which stays; null when it has none.</summary>
    public string? Id { get; init; }

    public required string Card { get; init; }

    public required string Driver { get; init; }

    public required string Bus { get; init; }

    public required IReadOnlyList<V4l2Mode> Modes { get; init; }

    public required IReadOnlyList<V4l2Control> Controls { get; init; }

    /// <summary>The devices of this machine that capture video, by path; what may not be opened is left out.</summary>
    public static IReadOnlyList<V4l2Camera> List() => List("/dev", V4l2SourceOptions.ById);

    /// <exception cref="CameraException">There is no such device, or it captures no video.</exception>
    public static V4l2Camera Describe(string device)
    {
        var path = new V4l2SourceOptions { Device = device }.Path;
        try
        {
            return Parse(path, null, NativeCapture.DescribeV4l2(path));
        }
        catch (NativeException error)
        {
            throw new CameraException($"V4L2 camera {device}: {error.Message}", innerException: error);
        }
    }

    internal static IReadOnlyList<V4l2Camera> List(string devices, string ids)
    {
        if (!Directory.Exists(devices))
            return [];
        var names = Directory.Exists(ids)
            ? Directory.GetFiles(ids).ToLookup(link => File.ResolveLinkTarget(link, true)?.FullName ?? link)
            : null;
        return
        [
            .. from path in Directory.GetFiles(devices, "video*")
                orderby path.Length, path
                let told = Told(path)
                where told is not null
                select Parse(path, names?[path].Select(System.IO.Path.GetFileName).FirstOrDefault(), told),
        ];
    }

    internal static V4l2Camera Parse(string path, string? id, string told)
    {
        var lines = told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        var device = lines.Single(line => line[0] == "device");
        return new V4l2Camera
        {
            Path = path,
            Id = id,
            Card = device[1],
            Driver = device[2],
            Bus = device[3],
            Modes =
            [
                .. from line in lines
                    where line[0] == "mode"
                    let rates = line[4].Split(',', StringSplitOptions.RemoveEmptyEntries)
                    select new V4l2Mode(
                        line[1], Number(line[2]), Number(line[3]),
                        [.. rates.Select(rate => double.Parse(rate, CultureInfo.InvariantCulture))]),
            ],
            Controls =
            [
                .. from line in lines
                    where line[0] == "control"
                    select new V4l2Control(
                        line[1], Number(line[2]), Number(line[3]), Number(line[4]), Number(line[5]), Number(line[6])),
            ],
        };
    }

    private static string? Told(string path)
    {
        try
        {
            return NativeCapture.DescribeV4l2(path);
        }
        catch (NativeException)
        {
            return null; // another kind of device, of which one camera may have several
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
