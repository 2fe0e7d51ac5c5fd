using System.Globalization;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>A camera of this machine by V4L2.</summary>
internal sealed class V4l2Settings
{
    public string? Device { get; init; }

    public string? PixelFormat { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public double? FramesPerSecond { get; init; }

    /// <summary>A number, or "auto", as are the next two.</summary>
    public string? Exposure { get; init; }

    public string? Gain { get; init; }

    public string? WhiteBalance { get; init; }

    public int OpenTimeoutMs { get; init; } = 10000;

    public int ReadTimeoutMs { get; init; } = 5000;

    internal V4l2SourceOptions ToOptions() => new()
    {
        Device = Device!,
        PixelFormat = PixelFormat,
        Width = Width,
        Height = Height,
        FramesPerSecond = FramesPerSecond,
        Exposure = Control(Exposure),
        Gain = Control(Gain),
        WhiteBalance = Control(WhiteBalance),
        OpenTimeout = TimeSpan.FromMilliseconds(OpenTimeoutMs),
        ReadTimeout = TimeSpan.FromMilliseconds(ReadTimeoutMs),
    };

    private static int? Control(string? value) =>
        string.IsNullOrEmpty(value) ? null
        : string.Equals(value, "auto", StringComparison.OrdinalIgnoreCase) ? -1
        : int.Parse(value, CultureInfo.InvariantCulture);
}
