using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

/// <summary>Color bars, judged by value.</summary>
internal static class BarPicture
{
    // A level of chroma is 2 of blue, and conversions at both ends round it: 5 is the most that was seen. A channel
    // that is swapped would be off by 255, and limited range taken for full by 13 and more.
    private const int Tolerance = 8;

    /// <summary>The pure bars in the middle of the upper half, where every decoder's rounding is far from an
    /// edge.</summary>
    public static void AssertColors(NativeImage image)
    {
        foreach (var (x, blue, green, red) in RtspCamera.Bars)
        {
            var pixel = image.Pixels.Slice(((60 * image.Width) + x) * 3, 3);
            Assert.InRange(pixel[0], blue - Tolerance, blue + Tolerance);
            Assert.InRange(pixel[1], green - Tolerance, green + Tolerance);
            Assert.InRange(pixel[2], red - Tolerance, red + Tolerance);
        }
    }
}
