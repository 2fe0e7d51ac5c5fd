using PatchCore.Edge.Host.Reports;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Reports;

public sealed class ChartTests
{
    [Theory]
    [InlineData(0, 10, new[] { 0.0, 2, 4, 6, 8, 10 })]
    [InlineData(14.9, 50.6, new[] { 15.0, 20, 25, 30, 35, 40, 45, 50 })]
    [InlineData(-1.15, 0.45, new[] { -1, -0.8, -0.6, -0.4, -0.2, 0, 0.2, 0.4 })]
    public void Ticks_are_round_numbers_within_the_range(double low, double high, double[] expected)
    {
        var ticks = ChartArea.Ticks(low, high, 6);

        Assert.Equal(expected.Length, ticks.Count);
        Assert.All(ticks.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
    }

    [Fact]
    public void Outline_goes_around_defects_and_keeps_the_smallest()
    {
        // 8×4 onto 4×2: one pixel at the right edge, and a block of two by two that is one pixel there.
        using var mask = NativeImage.Create(8, 4, PixelFormat.Gray8);
        mask.Pixels[7] = 255;
        foreach (var at in (int[])[16, 17, 24, 25])
            mask.Pixels[at] = 200;

        var path = MaskOutline.Of(mask, 4, 2);

        Assert.Equal("M3 0h1M0 1h1M3 1h1M0 2h1M0 1v1M1 1v1M3 0v1M4 0v1", path);
    }

    [Fact]
    public void Outline_of_a_black_mask_is_empty()
    {
        using var mask = NativeImage.Create(8, 4, PixelFormat.Gray8);

        Assert.Equal("", MaskOutline.Of(mask, 8, 4));
    }
}
