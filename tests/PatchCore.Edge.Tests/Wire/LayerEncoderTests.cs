using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class LayerEncoderTests
{
    [Theory]
    [InlineData(4f, 0)]
    [InlineData(3f, 0)]
    [InlineData(6f, 64)]
    [InlineData(8f, 128)]
    [InlineData(12f, 192)]
    [InlineData(16f, 255)]
    [InlineData(50f, 255)]
    [InlineData(float.NaN, 255)]
    [InlineData(float.PositiveInfinity, 255)]
    public void Map_is_black_at_low_and_128_at_the_threshold(float value, int gray)
    {
        using var map = Map([value], 1, 1, (64, 64), MapScale.Of(4, 8, high: 16));

        Assert.All(map.Pixels.ToArray(), pixel => Assert.Equal(gray, pixel));
    }

    [Theory]
    [InlineData(4f, 8f, 16f, 4f, 16f)]
    [InlineData(4f, 3f, 16f, 0f, 16f)]
    [InlineData(4f, 4f, 16f, 0f, 16f)]
    [InlineData(4f, 8f, 6f, 4f, 12f)]
    [InlineData(4f, 8f, 8f, 4f, 12f)]
    public void Scale_has_the_threshold_between_its_ends(
        float low, float threshold, float high, float black, float white) => Assert.Equal(
            new MapScale(black, threshold, white), MapScale.Of(low, threshold, high));

    [Fact]
    public void Map_goes_out_as_a_gray_PNG_of_eight_bits()
    {
        using var encoder = new LayerEncoder(new HeatmapOptions());

        var png = encoder.Map([1], MapPlacement.Stretched(1, 1, 64, 64), (64, 64), new MapScale(0, 1, 2)).Span;

        // The header's bit depth and color type: PNG specification, section 11.2.2.
        Assert.Equal([8, 0], png[24..26].ToArray());
    }

    [Fact]
    public void Defect_is_in_the_map_where_it_is_on_the_frame()
    {
        var values = new float[40 * 20];
        values[(7 * 40) + 31] = 20;

        using var map = Map(values, 40, 20, (400, 200), new MapScale(0, 10, 30), maxWidth: 40);

        Assert.Equal((40, 20), (map.Width, map.Height));
        Assert.Equal([(31, 7)], Lit(map));
    }

    [Fact]
    public void Map_of_a_region_lies_where_the_region_does_and_is_black_around_it()
    {
        // Four map pixels over the right lower quarter of a frame of 400×200, each 100 pixels wide and 50 high.
        var placement = new MapPlacement(2, 2, 100, 0, 200, 0, 50, 100);
        using var encoder = new LayerEncoder(new HeatmapOptions { MapMaxWidth = 40 });

        using var map = NativeImage.Decode(
            encoder.Map([9, 9, 9, 9], placement, (400, 200), new MapScale(0, 4, 8)).Span);

        Assert.Equal((40, 20), (map.Width, map.Height));
        Assert.Equal(255, Gray(map, 30, 15));
        Assert.Equal((0, 0), (Gray(map, 12, 15), Gray(map, 30, 3)));
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg, 0xff, 3)]
    [InlineData(PictureFormat.Png, 0x89, 0)]
    public void Picture_is_the_frame_scaled_down(PictureFormat format, int first, int tolerance)
    {
        using var frame = NativeImage.Create(300, 150, PixelFormat.Gray8);
        frame.Pixels.Fill(90);
        using var encoder = new LayerEncoder(new HeatmapOptions { MaxWidth = 100, Format = format });

        var bytes = encoder.Picture(frame);
        using var picture = NativeImage.Decode(bytes.Span);

        Assert.Equal(first, bytes.Span[0]);
        Assert.Equal((100, 50), (picture.Width, picture.Height));
        // A JPEG of one value is that value, but for the rounding of its quantization.
        Assert.InRange((int)picture.Pixels[0], 90 - tolerance, 90 + tolerance);
    }

    [Fact]
    public void Encoding_allocates_nothing_once_warm()
    {
        using var frame = NativeImage.Create(64, 48, PixelFormat.Bgr24);
        using var encoder = new LayerEncoder(new HeatmapOptions { MaxWidth = 32 });
        float[] map = [0.5f];
        var placement = MapPlacement.Stretched(1, 1, 64, 48);
        long allocated = 0;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            encoder.Picture(frame);
            encoder.Map(map, placement, (64, 48), new MapScale(0, 1, 2));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Map_width_out_of_range_is_named() => Assert.StartsWith(
        "MapMaxWidth of heatmaps is -1, expected 0 or more",
        Assert.Throws<ArgumentException>(() => new LayerEncoder(new HeatmapOptions { MapMaxWidth = -1 })).Message,
        StringComparison.Ordinal);

    private static NativeImage Map(
        float[] values, int width, int height, (int Width, int Height) frame, MapScale scale, int maxWidth = 160)
    {
        using var encoder = new LayerEncoder(new HeatmapOptions { MapMaxWidth = maxWidth });
        var placement = MapPlacement.Stretched(width, height, frame.Width, frame.Height);
        return NativeImage.Decode(encoder.Map(values, placement, frame, scale).Span);
    }

    /// <summary>What is decoded has three channels, of which those of a gray picture are the same.</summary>
    private static int Gray(NativeImage map, int x, int y) => map.Pixels[3 * ((y * map.Width) + x)];

    private static List<(int X, int Y)> Lit(NativeImage map)
    {
        var lit = new List<(int X, int Y)>();
        for (var y = 0; y < map.Height; y++)
        {
            for (var x = 0; x < map.Width; x++)
            {
                if (Gray(map, x, y) > MapScale.ThresholdGray)
                    lit.Add((x, y));
            }
        }

        return lit;
    }
}
