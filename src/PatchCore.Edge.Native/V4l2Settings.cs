namespace PatchCore.Edge.Native;

/// <summary>How a V4L2 device is set before it starts; null, 0 and an empty format leave what it has.</summary>
public sealed record V4l2Settings
{
    /// <summary>The value of a control that the device is to find by itself.</summary>
    public const int Automatic = -1;

    internal const int Unset = int.MinValue;

    /// <summary>Path of the device.</summary>
    public required string Device { get; init; }

    /// <summary>A fourcc such as YUYV; null takes what needs the least conversion.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Pixels; set with <see cref="Height"/>.</summary>
    public int Width { get; init; }

    public int Height { get; init; }

    public double FramesPerSecond { get; init; }

    /// <summary>Units of 100 µs, or <see cref="Automatic"/>.</summary>
    public int? Exposure { get; init; }

    /// <summary>The device's own units, or <see cref="Automatic"/>.</summary>
    public int? Gain { get; init; }

    /// <summary>Kelvin, or <see cref="Automatic"/>.</summary>
    public int? WhiteBalance { get; init; }
}
