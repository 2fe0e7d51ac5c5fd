using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>What is wrong with a camera's pictures, from the least to the worst.</summary>
public enum PictureState
{
    Ok,

    /// <summary>Of another size or pixel format than the camera's first picture.</summary>
    Resized,

    /// <summary>Too much of it is at full scale.</summary>
    Saturated,

    /// <summary>The same picture again and again.</summary>
    Frozen,

    /// <summary>Nearly nothing in it is brighter than black.</summary>
    Black,
}

/// <summary>A camera's pictures at one moment.</summary>
/// <param name="State">What is wrong with them; it changes back only after a while without.</param>
/// <param name="Width">Pixels of the latest picture.</param>
/// <param name="Height">Rows of the latest picture.</param>
/// <param name="Format">Pixel format of the latest picture.</param>
public sealed record PictureStatus(PictureState State, int Width, int Height, PixelFormat Format);
