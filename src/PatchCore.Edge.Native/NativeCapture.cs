using System.Runtime.InteropServices;
using System.Text;

namespace PatchCore.Edge.Native;

/// <summary>
/// A live stream being read, frame by frame, by FFmpeg, GStreamer or V4L2. Not for use by two threads at once, but for
/// <see cref="Cancel"/>.
/// </summary>
public sealed unsafe class NativeCapture : SafeHandle
{
    /// <summary>For the interop layer: a handle to nothing.</summary>
    public NativeCapture()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Frames a second as the stream states them, 0 where it does not; and its codec or pixel format, empty
    /// until the first read where only a picture tells.</summary>
    public (double FramesPerSecond, string Format) Properties
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_stream_describe(this, out var framesPerSecond, out var format));
            return (framesPerSecond, Marshal.PtrToStringUTF8((nint)format) ?? "");
        }
    }

    /// <summary>An RTSP stream by FFmpeg, not connected yet.</summary>
    /// <param name="url">Starts with rtsp:// and has the credentials, percent-encoded.</param>
    /// <param name="udp">Whether pictures come by UDP instead of TCP.</param>
    /// <param name="latency">How long UDP packets that come out of order are waited for.</param>
    /// <param name="open">How long <see cref="Open"/> waits at most.</param>
    /// <param name="read">How long <see cref="Read"/> waits at most.</param>
    public static NativeCapture CreateRtsp(string url, bool udp, TimeSpan latency, TimeSpan open, TimeSpan read)
    {
        NativeStatus.Check(NativeMethods.pce_stream_create_rtsp(
            url, udp ? 1 : 0, Milliseconds(latency), Milliseconds(open), Milliseconds(read), out var stream));
        return stream;
    }

    /// <summary>A GStreamer pipeline, not started yet.</summary>
    /// <param name="pipeline">Text of the pipeline, with one appsink.</param>
    /// <param name="open">How long <see cref="Open"/> waits at most.</param>
    /// <param name="read">How long <see cref="Read"/> waits at most.</param>
    /// <param name="location">Given to the element named "source" instead of standing in the text, with the
    /// credentials.</param>
    /// <param name="user">User name, or null.</param>
    /// <param name="password">Password, or null.</param>
    public static NativeCapture CreateGStreamer(
        string pipeline, TimeSpan open, TimeSpan read, string? location = null, string? user = null,
        string? password = null)
    {
        NativeStatus.Check(NativeMethods.pce_stream_create_gstreamer(
            pipeline, location, user, password, Milliseconds(open), Milliseconds(read), out var stream));
        return stream;
    }

    /// <summary>A V4L2 device, not opened yet.</summary>
    public static NativeCapture CreateV4l2(V4l2Settings settings, TimeSpan open, TimeSpan read)
    {
        ArgumentNullException.ThrowIfNull(settings);
        NativeStatus.Check(NativeMethods.pce_stream_create_v4l2(
            settings.Device, settings.PixelFormat, settings.Width, settings.Height, settings.FramesPerSecond,
            settings.Exposure ?? V4l2Settings.Unset, settings.Gain ?? V4l2Settings.Unset,
            settings.WhiteBalance ?? V4l2Settings.Unset, Milliseconds(open), Milliseconds(read), out var stream));
        return stream;
    }

    /// <summary>
    /// What a V4L2 device is and can do, in lines of fields apart by tabs: "device" (card, driver, bus), "mode"
    /// (fourcc, width, height, frames a second apart by commas), "control" (name, least, most, step, default, value).
    /// </summary>
    /// <exception cref="NativeException">There is no such device, it captures no video, or may not be
    /// opened.</exception>
    public static string DescribeV4l2(string device)
    {
        NativeStatus.Check(NativeMethods.pce_v4l2_describe(device, [], 0, out var length));
        while (true)
        {
            var buffer = new byte[length];
            NativeStatus.Check(NativeMethods.pce_v4l2_describe(device, buffer, buffer.Length, out length));
            if (length <= buffer.Length)
                return Encoding.UTF8.GetString(buffer, 0, (int)length);
        }
    }

    /// <summary>Connects and waits for the first picture, which the first read gives.</summary>
    /// <exception cref="NativeException">Refused, not found, of an unknown codec, too late, or canceled.</exception>
    public void Open() => NativeStatus.Check(NativeMethods.pce_stream_open(this));

    /// <summary>Waits for the next picture and writes it into <paramref name="into"/>, reusing its memory.</summary>
    /// <param name="into">Empty after anything but <see cref="StreamRead.Picture"/>.</param>
    /// <param name="time">The stream's own time of the picture; null when it has none.</param>
    /// <exception cref="NativeException">The stream broke, gave nothing in time, or was canceled.</exception>
    public StreamRead Read(NativeImage into, out TimeSpan? time)
    {
        NativeStatus.Check(NativeMethods.pce_stream_read(this, into, out var reading, out var microseconds));
        time = microseconds < 0 ? null : TimeSpan.FromMicroseconds(microseconds);
        return (StreamRead)reading;
    }

    /// <summary>From any thread, for good: an open or a read that waits fails soon.</summary>
    public void Cancel() => NativeStatus.Check(NativeMethods.pce_stream_cancel(this));

    protected override bool ReleaseHandle()
    {
        NativeMethods.pce_stream_free(handle);
        return true;
    }

    private static int Milliseconds(TimeSpan span) => (int)Math.Clamp(span.TotalMilliseconds, 0, int.MaxValue);
}
