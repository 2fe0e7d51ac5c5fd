using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>A camera of this machine by V4L2: the newest picture, in BGR or gray.</summary>
public sealed class V4l2Source : ILiveSource
{
    private readonly LiveCapture _capture;

    public V4l2Source(V4l2SourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Device = options.Device;
        Description = $"V4L2 camera {options.Device}";
        var settings = new V4l2Settings
        {
            Device = options.Path,
            PixelFormat = options.PixelFormat,
            Width = options.Width ?? 0,
            Height = options.Height ?? 0,
            FramesPerSecond = options.FramesPerSecond ?? 0,
            Exposure = options.Exposure,
            Gain = options.Gain,
            WhiteBalance = options.WhiteBalance,
        };
        _capture = new LiveCapture(
            Description, () => NativeCapture.CreateV4l2(settings, options.OpenTimeout, options.ReadTimeout),
            message => message);
    }

    /// <summary>As the options name it.</summary>
    public string Device { get; }

    public string Description { get; }

    public (double FramesPerSecond, string Format) Stated => _capture.Stated;

    public bool TryRead(Frame into, CancellationToken cancellationToken) =>
        _capture.TryRead(into, cancellationToken)
            ? true
            : throw new CameraException($"{Description}: the device ended the stream");

    public void Dispose() => _capture.Dispose();
}
