using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class ChangeTriggerTests
{
    [Fact]
    public void Part_fires_once_and_the_next_one_after_the_region_was_empty()
    {
        var trigger = new ChangeTrigger(new ChangeTriggerOptions { Level = 10 });

        Assert.Equal(
            [false, false, true, false, false, true],
            new byte[] { 40, 41, 80, 82, 40, 80 }.Select(trigger.Shows));
        Assert.Equal(39.5, trigger.Difference, 0.6); // the empty scene has followed the frame of 41 a little
    }

    [Fact]
    public void Difference_between_empty_and_part_is_neither()
    {
        var trigger = new ChangeTrigger(new ChangeTriggerOptions { Level = 10 });

        // 48 is above half of the level: the part of 80 has not left, and comes no second time.
        Assert.Equal([false, true, false, false], new byte[] { 40, 80, 48, 80 }.Select(trigger.Shows));
    }

    [Fact]
    public void Slow_change_of_light_is_followed()
    {
        var trigger = new ChangeTrigger(new ChangeTriggerOptions { Level = 10 });

        var fired = Enumerable.Range(0, 1200).Count(i => trigger.Shows((byte)(40 + (i / 20))));

        Assert.Equal(0, fired);
        Assert.True(trigger.Shows(140));
    }

    [Fact]
    public void Part_counts_after_so_many_frames_and_when_it_rests()
    {
        var trigger = new ChangeTrigger(new ChangeTriggerOptions { Level = 10, Frames = 2, Still = 3 });

        Assert.Equal(
            [false, false, false, false, true, false], new byte[] { 40, 80, 100, 120, 121, 121 }.Select(trigger.Shows));
    }

    [Fact]
    public void Only_the_region_counts()
    {
        var trigger = new ChangeTrigger(new ChangeTriggerOptions { Region = new PixelBox(10, 20, 8, 4) });
        using var frame = NativeImage.Create(64, 48, PixelFormat.Bgr24);
        Assert.False(trigger.Admits(frame));
        frame.Pixels.Fill(200);
        Clear(frame, 10, 20, 8, 4);
        Assert.False(trigger.Admits(frame));
        Assert.Equal(0, trigger.Difference);

        frame.Pixels.Fill(200);

        Assert.True(trigger.Admits(frame));
        Assert.Equal(200, trigger.Difference);
    }

    [Fact]
    public void Region_outside_the_frame_is_named()
    {
        var trigger = new ChangeTrigger(new ChangeTriggerOptions { Region = new PixelBox(60, 0, 8, 4) });
        using var frame = NativeImage.Create(64, 48, PixelFormat.Gray8);

        var error = Assert.Throws<CameraException>(() => trigger.Admits(frame));

        Assert.Equal(
            "the on-change region 8x4 at 60,0 does not lie inside the frame of 64x48 pixels", error.Message);
    }

    [Fact]
    public void Empty_scene_comes_from_a_file_and_must_have_the_frames_size()
    {
        using var folder = new TemporaryFolder();
        using var empty = NativeImage.Create(64, 48, PixelFormat.Gray8);
        empty.Write(folder["empty.png"]);
        using var part = NativeImage.Create(64, 48, PixelFormat.Gray8);
        part.Pixels.Fill(90);
        using var large = NativeImage.Create(128, 48, PixelFormat.Gray8);
        var options = new ChangeTriggerOptions { Background = folder["empty.png"] };

        Assert.True(new ChangeTrigger(options).Admits(part));
        var error = Assert.Throws<CameraException>(() => new ChangeTrigger(options).Admits(large));
        Assert.Equal(
            $"{folder["empty.png"]}, the empty scene, has 64x48 pixels, the camera's frames 128x48", error.Message);
    }

    [Theory]
    [InlineData(PixelFormat.Gray16)]
    [InlineData(PixelFormat.Bgr48)]
    public void Sixteen_bits_count_by_their_upper_eight(PixelFormat format)
    {
        var trigger = new ChangeTrigger(new ChangeTriggerOptions());
        using var frame = NativeImage.Create(8, 8, format);
        trigger.Admits(frame);
        for (var i = 1; i < frame.Pixels.Length; i += 2)
            frame.Pixels[i] = 60;

        trigger.Admits(frame);

        Assert.Equal(60, trigger.Difference);
    }

    [Theory]
    [InlineData(0, 1, null, "Level of an on-change trigger is 0, expected a difference above 0 and up to 255")]
    [InlineData(12, 0, null, "Frames of an on-change trigger is 0, expected 1 or more")]
    [InlineData(12, 1, 256.0, "Still of an on-change trigger is 256, expected a difference above 0 and up to 255")]
    public void Option_out_of_range_is_named(double level, int frames, double? still, string expected)
    {
        var options = new ChangeTriggerOptions { Level = level, Frames = frames, Still = still };

        Assert.StartsWith(
            expected, Assert.Throws<ArgumentException>(() => new ChangeTrigger(options)).Message,
            StringComparison.Ordinal);
    }

    private static void Clear(NativeImage image, int x, int y, int width, int height)
    {
        for (var row = y; row < y + height; row++)
            image.Pixels.Slice(((row * image.Width) + x) * 3, width * 3).Clear();
    }
}

internal static class ChangeTriggerFrames
{
    /// <summary>Shows the trigger a frame of one gray level.</summary>
    public static bool Shows(this ChangeTrigger trigger, byte level)
    {
        using var frame = NativeImage.Create(40, 40, PixelFormat.Gray8);
        frame.Pixels.Fill(level);
        return trigger.Admits(frame);
    }
}
