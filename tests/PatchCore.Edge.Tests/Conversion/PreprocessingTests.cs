using PatchCore.Edge.Bundles;
using PatchCore.Edge.Conversion;

namespace PatchCore.Edge.Tests.Conversion;

public sealed class PreprocessingTests
{
    private static readonly PreprocessingInfo Info = new()
    {
        Width = 320,
        Height = 240,
        Mean = [1, 2, 3],
        Std = [4, 5, 6],
        Scale = 0.5f,
        ColorOrder = "bgr",
        Interpolation = "area",
    };

    [Fact]
    public void From_a_manifest_takes_every_number()
    {
        var (width, height, mean, std, scale, rgb) = Preprocessing.From(Info);

        Assert.Equal((320, 240, 0.5f, false), (width, height, scale, rgb));
        Assert.Equal([1, 2, 3], mean);
        Assert.Equal([4, 5, 6], std);
        Assert.True(Preprocessing.From(Info with { ColorOrder = "rgb" }).Rgb);
    }

    [Fact]
    public void From_a_manifest_with_what_is_not_known_here_is_refused_by_name()
    {
        var order = Assert.Throws<ArgumentException>(() => Preprocessing.From(Info with { ColorOrder = "yuv" }));
        var interpolation = Assert.Throws<ArgumentException>(
            () => Preprocessing.From(Info with { Interpolation = "cubic" }));

        Assert.Contains("color order 'yuv', expected 'rgb' or 'bgr'", order.Message, StringComparison.Ordinal);
        Assert.Contains("interpolation 'cubic', expected 'area'", interpolation.Message, StringComparison.Ordinal);
    }
}
