using System.Text.RegularExpressions;

namespace PatchCore.Edge.Cameras;

/// <summary>Which V4L2 device (a USB or CSI camera of this machine), and how it is set.</summary>
public sealed partial record V4l2SourceOptions
{
    internal const string ById = "/dev/v4l/by-id";

    /// <summary>A path such as /dev/video0, or a name in /dev/v4l/by-id, which stays when cameras move.</summary>
    public required string Device { get; init; }

    /// <summary>A fourcc such as YUYV or MJPG; null takes what needs the least conversion.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Pixels; null, with <see cref="Height"/>, takes what the device has.</summary>
    public int? Width { get; init; }

    public int? Height { get; init; }

    public double? FramesPerSecond { get; init; }

    /// <summary>Units of 100 µs; -1 for automatic; null leaves it as it is, as do the next two.</summary>
    public int? Exposure { get; init; }

    /// <summary>The device's own units; -1 for automatic.</summary>
    public int? Gain { get; init; }

    /// <summary>Kelvin; -1 for automatic.</summary>
    public int? WhiteBalance { get; init; }

    /// <summary>From opening to the first picture.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From picture to picture, past which the device is lost.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The device's path.</summary>
    internal string Path => Device.Contains('/', StringComparison.Ordinal) ? Device : $"{ById}/{Device}";

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Need(!string.IsNullOrWhiteSpace(Device), "Device", $"empty", "a path or a name in /dev/v4l/by-id");
        Need(PixelFormat is null || Fourcc().IsMatch(PixelFormat), "PixelFormat", $"'{PixelFormat}'", "a fourcc");
        Need(Width is null == Height is null, "Width", $"{Width}", "one beside Height, or neither");
        Need(Width is null or (> 0 and <= 65535), "Width", $"{Width}", "1 to 65535");
        Need(Height is null or (> 0 and <= 65535), "Height", $"{Height}", "1 to 65535");
        Need(FramesPerSecond is null or (> 0 and <= 10000), "FramesPerSecond", $"{FramesPerSecond}", "more than 0");
        Need(Exposure is null or >= -1, "Exposure", $"{Exposure}", "0 and up, or -1 for automatic");
        Need(Gain is null or >= -1, "Gain", $"{Gain}", "0 and up, or -1 for automatic");
        Need(WhiteBalance is null or >= -1, "WhiteBalance", $"{WhiteBalance}", "0 and up, or -1 for automatic");
        StreamTimes.Validate("a V4L2 camera", OpenTimeout, ReadTimeout);
    }

    private static void Need(bool condition, string name, FormattableString found, string expected)
    {
        if (!condition)
        {
            throw new ArgumentException(
                $"{name} of a V4L2 camera is {FormattableString.Invariant(found)}, expected {expected}");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]{2}[A-Za-z0-9 ]{2}$")]
    private static partial Regex Fourcc();
}
