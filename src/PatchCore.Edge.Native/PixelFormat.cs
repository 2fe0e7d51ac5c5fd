using System.Diagnostics.CodeAnalysis;

namespace PatchCore.Edge.Native;

/// <summary>How a pixel is stored; the value is the number of bytes of a pixel, one or two a channel.</summary>
[SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "The value is a pixel's bytes.")]
public enum PixelFormat
{
    Gray8 = 1,

    /// <summary>16 bits, in the machine's byte order.</summary>
    Gray16 = 2,

    /// <summary>Blue, green, red: OpenCV's order.</summary>
    Bgr24 = 3,

    /// <summary>Blue, green, red of 16 bits each.</summary>
    Bgr48 = 6,
}
