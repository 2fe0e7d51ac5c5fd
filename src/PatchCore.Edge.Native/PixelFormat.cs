using System.Diagnostics.CodeAnalysis;

namespace PatchCore.Edge.Native;

/// <summary>How a pixel is stored; the value is the number of bytes, one a channel.</summary>
[SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "The value is the channel count.")]
public enum PixelFormat
{
    Gray8 = 1,

    /// <summary>Blue, green, red: OpenCV's order.</summary>
    Bgr24 = 3,
}
