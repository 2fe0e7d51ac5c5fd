using System.Runtime.InteropServices;

namespace PatchCore.Edge.Native;

/// <summary>
/// One picture in native memory: 8 or 16 bits a channel, rows without gaps. Not for use by two threads at once.
/// </summary>
public sealed unsafe class NativeImage : SafeHandle
{
    /// <summary>For the interop layer: a handle to nothing. Use <see cref="Create"/>, <see cref="Read"/> or
    /// <see cref="Empty"/>.</summary>
    public NativeImage()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Pixels; 0 while the image is empty.</summary>
    public int Width => Describe(out _).Width;

    /// <summary>Rows of pixels; 0 while the image is empty.</summary>
    public int Height => Describe(out _).Height;

    public bool IsEmpty => Describe(out _).Width == 0;

    /// <exception cref="InvalidOperationException">The image is empty.</exception>
    public PixelFormat Format => Describe(out _).PixelBytes switch
    {
        1 => PixelFormat.Gray8,
        2 => PixelFormat.Gray16,
        3 => PixelFormat.Bgr24,
        6 => PixelFormat.Bgr48,
        _ => throw new InvalidOperationException("An empty image has no pixel format."),
    };

    /// <summary>
    /// The pixels in place, height × width × the format's bytes. Do not keep it: disposing the image, or filling it with another
    /// picture, frees what it points to.
    /// </summary>
    public Span<byte> Pixels
    {
        get
        {
            var shape = Describe(out var pixels);
            return new Span<byte>(pixels, shape.Width * shape.Height * shape.PixelBytes);
        }
    }

    /// <summary>A black image.</summary>
    public static NativeImage Create(int width, int height, PixelFormat format)
    {
        NativeStatus.Check(NativeMethods.pce_image_create(width, height, (int)format, out var image));
        return image;
    }

    /// <summary>An image without pixels, to be filled by <see cref="ReadInto"/>, <see cref="CopyTo"/> or
    /// <see cref="NativeVideo.Read"/>; the latter two reuse its memory from frame to frame.</summary>
    public static NativeImage Empty()
    {
        NativeStatus.Check(NativeMethods.pce_image_create_empty(out var image));
        return image;
    }

    /// <summary>Decodes a picture file as BGR of 8 bits, or of 16 where it has them, turned as its EXIF says.</summary>
    /// <exception cref="NativeException">Missing, unreadable, damaged, cut off or unknown; names the path.</exception>
    public static NativeImage Read(string path)
    {
        var image = Empty();
        return Filled(image, NativeMethods.pce_image_read(image, path));
    }

    /// <summary>Decodes an encoded picture (PNG, JPEG, …) as <see cref="Read"/> does.</summary>
    public static NativeImage Decode(ReadOnlySpan<byte> encoded)
    {
        var image = Empty();
        return Filled(image, NativeMethods.pce_image_decode(image, encoded, encoded.Length));
    }

    /// <summary>
    /// As <see cref="Read"/>, into this image; after a failure it is empty, never the picture before.
    /// </summary>
    public void ReadInto(string path) => NativeStatus.Check(NativeMethods.pce_image_read(this, path));

    /// <summary>Copies size, format and pixels, reusing the destination's memory where the size fits.</summary>
    public void CopyTo(NativeImage destination) => NativeStatus.Check(NativeMethods.pce_image_copy(this, destination));

    public NativeImage Clone()
    {
        var copy = Empty();
        return Filled(copy, NativeMethods.pce_image_copy(this, copy));
    }

    /// <summary>Writes a picture file in the format that the extension names (.png, .jpg, …).</summary>
    public void Write(string path) => NativeStatus.Check(NativeMethods.pce_image_write(this, path));

    protected override bool ReleaseHandle()
    {
        NativeMethods.pce_image_free(handle);
        return true;
    }

    private static NativeImage Filled(NativeImage image, int status)
    {
        if (status != 0)
            image.Dispose();
        NativeStatus.Check(status);
        return image;
    }

    private (int Width, int Height, int PixelBytes) Describe(out byte* pixels)
    {
        NativeStatus.Check(
            NativeMethods.pce_image_describe(this, out var width, out var height, out var pixelBytes, out pixels));
        return (width, height, pixelBytes);
    }
}
