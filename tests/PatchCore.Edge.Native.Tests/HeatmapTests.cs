namespace PatchCore.Edge.Native.Tests;

public sealed class HeatmapTests
{
    private static readonly byte[] Steel = [90, 100, 110];

    [Fact]
    public void RenderHeatmap_leaves_cold_areas_the_natural_picture()
    {
        using var frame = Pictures.Pattern(40, 30, PixelFormat.Bgr24);
        using var into = NativeImage.Empty();

        ImageOperations.RenderHeatmap(frame, new float[12], 4, 3, low: 0, high: 1, opacity: 1, maxWidth: 0, into);

        Assert.True(into.Pixels.SequenceEqual(frame.Pixels));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(5f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void RenderHeatmap_covers_hot_areas_with_red(float hot)
    {
        using var frame = Pictures.Solid(8, 8, Steel);
        using var into = NativeImage.Empty();

        ImageOperations.RenderHeatmap(
            frame, [hot, hot, hot, hot], 2, 2, low: 0, high: 1, opacity: 1, maxWidth: 0, into);

        Assert.Equal([0, 0, 255], into.Pixels[..3].ToArray());
    }

    [Fact]
    public void RenderHeatmap_mixes_color_in_by_opacity()
    {
        using var frame = Pictures.Solid(8, 8, Steel);
        using var into = NativeImage.Empty();

        ImageOperations.RenderHeatmap(frame, [1, 1, 1, 1], 2, 2, low: 0, high: 1, opacity: 0.5f, maxWidth: 0, into);

        Assert.Equal([45, 50, 183], into.Pixels[..3].ToArray());
    }

    [Fact]
    public void RenderHeatmap_shows_the_heat_where_the_map_has_it()
    {
        using var frame = Pictures.Solid(40, 20, Steel);
        using var into = NativeImage.Empty();
        float[] map = [0, 0, 0, 9, 0, 0, 0, 9];

        ImageOperations.RenderHeatmap(frame, map, 4, 2, low: 1, high: 2, opacity: 1, maxWidth: 0, into);

        Assert.Equal(Steel, PixelAt(into, 5, 10));
        Assert.Equal(Steel, PixelAt(into, 24, 10));
        Assert.Equal([0, 0, 255], PixelAt(into, 38, 10));
    }

    [Theory]
    [InlineData(100, 100, 50)]
    [InlineData(400, 200, 100)]
    [InlineData(0, 200, 100)]
    public void RenderHeatmap_scales_down_to_the_maximum_width_and_never_up(int maxWidth, int width, int height)
    {
        using var frame = Pictures.Solid(200, 100, Steel);
        using var into = NativeImage.Empty();

        ImageOperations.RenderHeatmap(frame, [0, 0, 0, 0], 2, 2, 0, 1, 0.5f, maxWidth, into);

        Assert.Equal((width, height, PixelFormat.Bgr24), (into.Width, into.Height, into.Format));
    }

    [Fact]
    public void RenderHeatmap_of_a_gray_frame_is_in_color()
    {
        using var frame = Pictures.Solid(8, 8, 77);
        using var into = NativeImage.Empty();

        ImageOperations.RenderHeatmap(frame, [0, 0, 0, 0], 2, 2, 0, 1, 0.5f, 4, into);

        Assert.Equal(PixelFormat.Bgr24, into.Format);
        Assert.Equal([77, 77, 77], into.Pixels[..3].ToArray());
    }

    [Fact]
    public void RenderHeatmap_refuses_what_it_cannot_draw()
    {
        using var frame = Pictures.Solid(8, 8, Steel);
        using var empty = NativeImage.Empty();
        using var into = NativeImage.Empty();
        var map = new float[4];

        Assert.Throws<NativeException>(() => ImageOperations.RenderHeatmap(empty, map, 2, 2, 0, 1, 0.5f, 0, into));
        Assert.Throws<NativeException>(() => ImageOperations.RenderHeatmap(frame, map, 2, 2, 1, 1, 0.5f, 0, into));
        Assert.Throws<NativeException>(
            () => ImageOperations.RenderHeatmap(frame, map, 2, 2, 0, float.NaN, 0.5f, 0, into));
        Assert.Throws<NativeException>(() => ImageOperations.RenderHeatmap(frame, map, 2, 2, 0, 1, 1.5f, 0, into));
        Assert.Throws<NativeException>(() => ImageOperations.RenderHeatmap(frame, map, 2, 2, 0, 1, 0.5f, 0, frame));
        Assert.Throws<ArgumentException>(() => ImageOperations.RenderHeatmap(frame, map, 3, 2, 0, 1, 0.5f, 0, into));
    }

    private static byte[] PixelAt(NativeImage image, int x, int y) =>
        image.Pixels.Slice(3 * (y * image.Width + x), 3).ToArray();
}
