using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>A video file or stream being decoded, frame by frame. Not for use by two threads at once.</summary>
public sealed class NativeVideo : SafeHandle
{
    /// <summary>For the interop layer: a handle to nothing. Use <see cref="Open"/>.</summary>
    public NativeVideo()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Frames a second as the container tells; 0 when it does not.</summary>
    public double FramesPerSecond
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_video_describe(this, out var framesPerSecond, out _));
            return framesPerSecond;
        }
    }

    /// <summary>Frames as the container tells; 0 when it does not.</summary>
    public long FrameCount
    {
        get
        {
            NativeStatus.Check(NativeMethods.pce_video_describe(this, out _, out var frameCount));
            return frameCount;
        }
    }

    /// <summary>Opens a video file or a stream's URL.</summary>
    /// <exception cref="NativeException">Missing, unreadable, damaged or unknown; names the path.</exception>
    public static NativeVideo Open(string path)
    {
        NativeStatus.Check(NativeMethods.pce_video_open(path, out var video));
        return video;
    }

    /// <summary>Decodes the next frame into <paramref name="into"/>, reusing its memory; false, and the image empty, at
    /// the end.</summary>
    /// <exception cref="NativeException">Not one frame can be decoded, or its pixels are of no known
    /// format.</exception>
    public bool Read(NativeImage into)
    {
        NativeStatus.Check(NativeMethods.pce_video_read(this, into, out var read));
        return read != 0;
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.pce_video_free(handle);
        return true;
    }
}
