using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Conversion;

public sealed class PictureTallyTests
{
    [Fact]
    public void Frames_that_are_added_count_as_if_all_had_been_counted_together()
    {
        var (all, first, rest) = (new PictureTally(), new PictureTally(), new PictureTally());
        for (var i = 0; i < 10; i++)
        {
            using var image = NativeImage.Create(16, 16, PixelFormat.Gray8);
            for (var pixel = 0; pixel < image.Pixels.Length; pixel++)
                image.Pixels[pixel] = (byte)(60 + (10 * i) + (pixel * (i + 3) % 31));
            all.Add(image);
            (i < 4 ? first : rest).Add(image);
        }

        var expected = all.ToInfo()!;
        var found = rest.After(first.ToInfo())!;

        Assert.Equal(10, found.Frames);
        Assert.Equal(expected.Brightness, found.Brightness, 1e-9);
        Assert.Equal(expected.BrightnessStd, found.BrightnessStd, 1e-9);
        Assert.Equal(expected.Sharpness, found.Sharpness, 1e-12);
        Assert.Equal(expected.SharpnessStd, found.SharpnessStd, 1e-12);
        Assert.InRange(expected.BrightnessStd, 20, 40);
    }

    [Fact]
    public void Frames_whose_predecessors_were_not_measured_do_not_speak_for_them()
    {
        var tally = new PictureTally();
        using var image = NativeImage.Create(16, 16, PixelFormat.Gray8);
        tally.Add(image);

        Assert.Null(tally.After(null));
        Assert.Null(new PictureTally().ToInfo());
        var info = tally.ToInfo()!;
        Assert.Equal((1, 0.0, 0.0), (info.Frames, info.Brightness, info.BrightnessStd));
    }

    [Fact]
    public void Dimmer_light_alone_is_no_blur()
    {
        using var bright = NativeImage.Create(64, 64, PixelFormat.Gray16);
        using var dim = NativeImage.Create(64, 64, PixelFormat.Gray16);
        for (var i = 0; i < 64 * 64; i++)
        {
            var value = (ushort)(2 * (10_000 + (i * 37 % 101 * 50)));
            BitConverter.TryWriteBytes(bright.Pixels[(2 * i)..], value);
            BitConverter.TryWriteBytes(dim.Pixels[(2 * i)..], (ushort)(value / 2));
        }

        var (before, after) = (PictureStatistics.Of(bright), PictureStatistics.Of(dim));

        Assert.Equal(before.Brightness / 2, after.Brightness, 1e-9);
        Assert.Equal(before.Sharpness, after.Sharpness, 1e-9);
    }
}
