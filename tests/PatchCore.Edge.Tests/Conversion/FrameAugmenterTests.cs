using PatchCore.Edge.Bundles;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Conversion;

public sealed class FrameAugmenterTests
{
    private static readonly AugmentationInfo Everything = new()
    {
        Copies = 8,
        RotationDegrees = 10,
        ShiftPixels = 20,
        FlipHorizontal = true,
        FlipVertical = true,
        Brightness = 0.2,
        Contrast = 0.1,
    };

    [Fact]
    public void Copies_are_spread_evenly_over_what_is_allowed()
    {
        var augmenter = new FrameAugmenter(Everything, seed: 3);
        var all = Enumerable.Range(0, 10)
            .SelectMany(frame => Enumerable.Range(0, 8).Select(copy => augmenter.Describe(frame, copy))).ToArray();

        Spread(all.Select(v => v.Degrees / 10));
        Spread(all.Select(v => v.X / 20));
        Spread(all.Select(v => v.Y / 20));
        Spread(all.Select(v => (v.Brightness - 1) / 0.2));
        Spread(all.Select(v => (v.Contrast - 1) / 0.1));
        Assert.Equal(80, all.Distinct().Count());

        // Within ±1, and in each of eight equal parts about the 10 of 80 that belong there.
        static void Spread(IEnumerable<double> values)
        {
            var parts = values.GroupBy(value => (int)Math.Floor((value + 1) * 4)).ToArray();
            Assert.Equal(Enumerable.Range(0, 8), parts.Select(part => part.Key).Order());
            Assert.All(parts, part => Assert.InRange(part.Count(), 7, 13));
        }
    }

    [Fact]
    public void Same_seed_gives_the_same_copies_and_another_seed_others()
    {
        var first = new FrameAugmenter(Everything, seed: 0);

        Assert.Equal(first.Describe(4, 2), new FrameAugmenter(Everything, seed: 0).Describe(4, 2));
        Assert.NotEqual(first.Describe(4, 2), new FrameAugmenter(Everything, seed: 1).Describe(4, 2));
    }

    [Theory]
    [InlineData(true, false, "H-")]
    [InlineData(false, true, "V-")]
    [InlineData(true, true, "HVB-")]
    [InlineData(false, false, "-")]
    public void Flips_come_in_turn_and_the_frame_itself_last(bool horizontal, bool vertical, string turns)
    {
        var augmenter = new FrameAugmenter(
            Everything with { FlipHorizontal = horizontal, FlipVertical = vertical }, seed: 0);

        for (var copy = 0; copy < 8; copy++)
        {
            var variation = augmenter.Describe(frame: 5, copy);
            var found = (variation.FlipHorizontal, variation.FlipVertical) switch
            {
                (true, true) => 'B',
                (true, false) => 'H',
                (false, true) => 'V',
                _ => '-',
            };
            Assert.Equal(turns[copy % turns.Length], found);
        }
    }

    [Fact]
    public void Copy_is_flipped_then_rotated_about_the_center_then_shifted()
    {
        Span<double> map = stackalloc double[6];
        new FrameVariation(90, 5, -3, true, false, 1, 1).ToFrame(100, 60, map);

        // Mirrored, (20, 30) lies at (80, 30), 30 to the right of the center; turned clockwise 30 below it; moved.
        var (x, y) = (50 + 5, 30 + 30 - 3);
        Assert.Equal(20, (map[0] * x) + (map[1] * y) + map[2], 1e-9);
        Assert.Equal(30, (map[3] * x) + (map[4] * y) + map[5], 1e-9);
    }

    [Fact]
    public void Vary_moves_what_the_frame_shows()
    {
        var augmenter = new FrameAugmenter(Everything with { Brightness = 0, Contrast = 0 }, seed: 0);
        using var frame = NativeImage.Create(160, 120, PixelFormat.Bgr24);
        using var copy = NativeImage.Empty();
        GeometryStage.Paint(frame, 60, 70, 9);
        for (var i = 0; i < 8; i++)
        {
            augmenter.Vary(frame, 0, i, copy);

            var map = new double[6];
            augmenter.Describe(0, i).ToFrame(160, 120, map);
            var (x, y) = Center(copy);
            Assert.Equal((160, 120), (copy.Width, copy.Height));
            Assert.Equal(60, (map[0] * x) + (map[1] * y) + map[2], 0.6);
            Assert.Equal(70, (map[3] * x) + (map[4] * y) + map[5], 0.6);
        }
    }

    /// <summary>Center of what is bright.</summary>
    private static (double X, double Y) Center(NativeImage image)
    {
        var (sum, x, y) = (0.0, 0.0, 0.0);
        for (var i = 0; i < image.Pixels.Length; i += 3)
        {
            var value = image.Pixels[i];
            sum += value;
            x += value * ((i / 3 % image.Width) + 0.5);
            y += value * ((i / 3 / image.Width) + 0.5);
        }

        return (x / sum, y / sum);
    }
}
