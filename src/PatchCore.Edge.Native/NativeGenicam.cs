using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// A GenICam camera (GigE Vision, USB3 Vision) under our control. One thread reads; features may be used by others. A
/// camera that stopped answering holds a call up for about 3 seconds.
/// </summary>
public sealed unsafe class NativeGenicam : SafeHandle
{
    /// <summary>For the interop layer: a handle to nothing. Use <see cref="Open"/>.</summary>
    public NativeGenicam()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>What it is.</summary>
    public GenicamDevice Device
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_genicam_describe(this, out var text));
            return GenicamDevice.Parse(Text(text));
        }
    }

    public GenicamStatistics Statistics
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_genicam_statistics(
                this, out var completed, out var failed, out var underruns, out var resent, out var missing));
            return new GenicamStatistics(completed, failed, underruns, resent, missing);
        }
    }

    /// <summary>The cameras that answer, by id; takes about a second.</summary>
    public static IReadOnlyList<GenicamDevice> List()
    {
        NativeStatus.Check(NativeMethods.pce_genicam_list(out var text));
        return [.. Text(text).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(GenicamDevice.Parse)];
    }

    /// <summary>Opens a camera and takes control of it.</summary>
    /// <param name="id">Its id, serial number, address (IP or MAC) or user-set name; empty: the only one there
    /// is.</param>
    /// <exception cref="NativeException">There is no such camera (the message names those that there are), more than
    /// one, or another program controls it.</exception>
    public static NativeGenicam Open(string id)
    {
        NativeStatus.Check(NativeMethods.pce_genicam_open(id, out var camera));
        return camera;
    }

    /// <summary>Converts a camera's picture in memory, as <see cref="Read"/> does.</summary>
    /// <param name="pixelFormat">By its number in the Pixel Format Naming Convention.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="data">The rows, without gaps.</param>
    /// <param name="into">Receives the picture.</param>
    /// <exception cref="NativeException">The format is not supported, or there are too few bytes.</exception>
    public static void Decode(uint pixelFormat, int width, int height, ReadOnlySpan<byte> data, NativeImage into) =>
        NativeStatus.Check(NativeMethods.pce_genicam_decode(pixelFormat, width, height, data, data.Length, into));

    /// <summary>A feature's value: numbers with a point, "true" or "false", the name of an entry.</summary>
    /// <exception cref="NativeException">The camera has no such feature, or does not tell its value.</exception>
    public string Get(string feature)
    {
        NativeStatus.Check(NativeMethods.pce_genicam_get(this, feature, out var value));
        return Text(value);
    }

    /// <summary>A feature with what it may be set to; null when the camera has none of that name.</summary>
    public GenicamFeature? Inspect(string feature)
    {
        NativeStatus.Check(NativeMethods.pce_genicam_inspect(this, feature, out var text));
        var line = Text(text);
        return line.Length == 0 ? null : GenicamFeature.Parse(line);
    }

    /// <summary>Sets a feature; a command is executed by "execute".</summary>
    /// <exception cref="NativeException">The camera has no such feature, or it cannot be set to that; the message
    /// names the values that it takes.</exception>
    public void Set(string feature, string value) =>
        NativeStatus.Check(NativeMethods.pce_genicam_set(this, feature, value));

    /// <summary>Executes a command.</summary>
    /// <exception cref="NativeException">The camera has no such command, or does not answer.</exception>
    public void Execute(string command) => Set(command, "execute");

    /// <summary>Sets what cameras have under several names, and takes it out of automatic control.</summary>
    /// <exception cref="NativeException">The camera has none, or the value is out of its range, which the message
    /// names.</exception>
    public void Set(GenicamControl control, double value) =>
        NativeStatus.Check(NativeMethods.pce_genicam_set_control(this, (int)control, value));

    /// <summary>Starts to take pictures, until the camera is disposed.</summary>
    /// <exception cref="NativeException">Its pixel format is not supported, or it does not start.</exception>
    public void Start(GenicamStreamOptions options) => NativeStatus.Check(NativeMethods.pce_genicam_start(
        this, options.PacketSize, options.PacketResend ? 1 : 0, options.Buffers,
        (long)options.FrameRetention.TotalMicroseconds, options.TimeChunk ? 1 : 0));

    /// <summary>Waits at most <paramref name="wait"/> for the next picture and writes it into
    /// <paramref name="into"/>: gray or BGR, of 8 bits a channel, or of all 16 where the camera sends more.</summary>
    /// <exception cref="NativeException">The camera was not started, or its picture cannot be used.</exception>
    public GenicamRead Read(NativeImage into, TimeSpan wait)
    {
        NativeStatus.Check(NativeMethods.pce_genicam_read(
            this, (long)wait.TotalMicroseconds, into, out var state, out var frame, out var time, out var reason));
        return new GenicamRead((GenicamReadState)state, frame, time, *reason == 0 ? "" : Text(reason));
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.pce_genicam_free(handle);
        return true;
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
