namespace PatchCore.Edge.Native.Tests;

/// <summary>Pictures whose every pixel is known.</summary>
internal static class Pictures
{
    /// <summary>The one of golden/resize.json.</summary>
    internal static NativeImage Pattern(int width, int height, PixelFormat format)
    {
        var image = NativeImage.Create(width, height, format);
        var pixels = image.Pixels;
        var channels = (int)format;
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x, c) = (i / channels / width, i / channels % width, i % channels);
            pixels[i] = (byte)(7 * x + 13 * y + 29 * c + 5 * (x * y % 11));
        }

        return image;
    }

    internal static NativeImage Solid(int width, int height, params ReadOnlySpan<byte> pixel)
    {
        var image = NativeImage.Create(width, height, (PixelFormat)pixel.Length);
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = pixel[i % pixel.Length];
        return image;
    }
}
