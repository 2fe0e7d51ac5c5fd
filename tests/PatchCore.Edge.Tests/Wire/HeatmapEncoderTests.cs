using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class HeatmapEncoderTests
{
    [Fact]
    public void Picture_is_a_jpeg_that_is_colored_where_the_map_is_hot()
    {
        using var frame = NativeImage.Create(200, 100, PixelFormat.Bgr24);
        frame.Pixels.Fill(100);
        using var encoder = new HeatmapEncoder(new() { MaxWidth = 100, Quality = 95 });
        float[] map = [0, 0, 0, 1];
        using var picture = NativeImage.Decode(encoder.Encode(frame, map, 4, 1, low: 0.2f, high: 1).Span);
        Assert.Equal((100, 50), (picture.Width, picture.Height));
        Assert.InRange(Spread(picture, 5), 0, 6);
        Assert.InRange(Spread(picture, 95), 40, 255);
    }

    [Fact]
    public void Picture_larger_than_the_buffer_is_whole()
    {
        using var frame = NativeImage.Create(800, 600, PixelFormat.Bgr24);
        new Random(1).NextBytes(frame.Pixels);
        using var encoder = new HeatmapEncoder(new() { MaxWidth = 0, Quality = 100 });
        var jpeg = encoder.Encode(frame, [0f], 1, 1, 0, 1);
        Assert.True(jpeg.Length > 64 * 1024, $"{jpeg.Length} bytes");
        using var picture = NativeImage.Decode(jpeg.Span);
        Assert.Equal((800, 600), (picture.Width, picture.Height));
    }

    [Fact]
    public void Encoding_allocates_nothing_once_warm()
    {
        using var frame = NativeImage.Create(64, 64, PixelFormat.Bgr24);
        using var encoder = new HeatmapEncoder(new());
        float[] map = [0.5f];
        long allocated = 0;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            encoder.Encode(frame, map, 1, 1, 0, 1);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData(1.5f, 640, 80, "Opacity of heatmaps is 1.5, expected 0 to 1")]
    [InlineData(float.NaN, 640, 80, "Opacity of heatmaps is NaN, expected 0 to 1")]
    [InlineData(0.5f, -1, 80, "MaxWidth of heatmaps is -1, expected 0 or more")]
    [InlineData(0.5f, 640, 0, "Quality of heatmaps is 0, expected 1 to 100")]
    public void Options_out_of_range_are_named(float opacity, int width, int quality, string message)
    {
        var options = new HeatmapOptions { Opacity = opacity, MaxWidth = width, Quality = quality };
        Assert.StartsWith(
            message, Assert.Throws<ArgumentException>(() => new HeatmapEncoder(options)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Largest less smallest channel in the middle of a column: 0 is gray.</summary>
    private static int Spread(NativeImage picture, int column)
    {
        var pixel = picture.Pixels.Slice(((picture.Height / 2 * picture.Width) + column) * 3, 3).ToArray();
        return pixel.Max() - pixel.Min();
    }
}
