using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class PictureWatchTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Random _noise = new(1);
    private readonly NativeImage _image = NativeImage.Create(640, 480, PixelFormat.Bgr24);
    private PictureWatch _watch;

    public PictureWatchTests() => _watch = new PictureWatch(new(), _clock);

    public void Dispose() => _image.Dispose();

    [Fact]
    public void Picture_with_something_on_it_is_ok()
    {
        Assert.Null(Look(Noise));
        Assert.Equal(new PictureStatus(PictureState.Ok, 640, 480, PixelFormat.Bgr24), _watch.Status);
    }

    [Fact]
    public void Black_picture_is_said_at_once_and_refused()
    {
        Look(Noise);
        Assert.Equal(
            "the picture is black: 99.5 % of it is at or below 2.0 % of full scale",
            Look(pixels => Fill(pixels, i => (byte)(i % 6))));
        Assert.Equal(PictureState.Black, _watch.Status!.State);
    }

    [Fact]
    public void Dark_field_picture_with_a_bright_edge_is_not_black()
    {
        Assert.Null(Look(pixels =>
        {
            pixels.Clear();
            pixels[..(pixels.Length / 50)].Fill(200);
        }));
        Assert.Equal(PictureState.Ok, _watch.Status!.State);
    }

    [Fact]
    public void Same_picture_is_frozen_after_10_s_and_refused_until_another_comes()
    {
        Assert.Null(Look(Noise));
        for (var second = 1; second <= 10; second++)
            Assert.Null(LookAfter(1, _ => { }));
        Assert.Equal("the picture is frozen: it has been the same for more than 10 s", LookAfter(1, _ => { }));
        Assert.Equal(PictureState.Frozen, _watch.Status!.State);
        Assert.Null(LookAfter(1, Noise));
    }

    [Fact]
    public void Two_pictures_that_are_the_same_are_not_frozen_however_far_apart()
    {
        Look(Noise);
        Assert.Null(LookAfter(3600, _ => { }));
        Assert.NotNull(LookAfter(1, _ => { }));
    }

    [Fact]
    public void Picture_that_is_played_back_may_repeat()
    {
        Look(Noise);
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(60));
            Assert.Null(_watch.Look(_image, live: false, _clock.GetTimestamp()));
        }

        Assert.Equal(PictureState.Ok, _watch.Status!.State);
    }

    [Fact]
    public void Noise_of_one_gray_level_in_a_hundred_pixels_is_no_frozen_picture()
    {
        Look(Noise);
        for (var i = 0; i < 20; i++)
        {
            Assert.Null(LookAfter(5, pixels =>
            {
                for (var at = _noise.Next(200); at < pixels.Length; at += 1 + _noise.Next(200))
                    pixels[at] ^= 1;
            }));
        }
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "the picture is saturated: more than 90 % of it is at full scale")]
    public void Saturated_picture_is_reported_and_refused_only_when_asked(bool refuse, string? reason)
    {
        _watch = new PictureWatch(new() { RefuseSaturated = refuse }, _clock);
        Assert.Equal(reason, Look(pixels => Fill(pixels, i => i % 3 == 2 ? byte.MaxValue : (byte)40)));
        Assert.Equal(PictureState.Saturated, _watch.Status!.State);
    }

    [Fact]
    public void Picture_of_another_size_or_format_is_resized_for_as_long_as_it_differs()
    {
        Look(Noise);
        using var small = NativeImage.Create(320, 240, PixelFormat.Bgr24);
        using var gray = NativeImage.Create(640, 480, PixelFormat.Gray8);
        foreach (var image in new[] { small, gray })
        {
            for (var i = 0; i < 4; i++)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                _noise.NextBytes(image.Pixels);
                Assert.Null(_watch.Look(image, live: true, _clock.GetTimestamp()));
            }

            Assert.Equal(
                new PictureStatus(PictureState.Resized, image.Width, image.Height, image.Format), _watch.Status);
        }
    }

    [Fact]
    public void Picture_is_ok_again_after_three_and_two_seconds_without()
    {
        Look(pixels => pixels.Clear());
        for (var i = 0; i < 3; i++)
        {
            LookAfter(0.5, Noise);
            Assert.Equal(PictureState.Black, _watch.Status!.State);
        }

        LookAfter(0.5, Noise);
        Assert.Equal(PictureState.Ok, _watch.Status!.State);
    }

    [Fact]
    public void Lamp_that_flickers_does_not_make_the_state_flutter()
    {
        var changes = 0;
        var state = PictureState.Ok;
        for (var i = 0; i < 200; i++)
        {
            LookAfter(0.04, i % 4 == 0 ? pixels => pixels.Clear() : Noise);
            changes += _watch.Status!.State != state ? 1 : 0;
            state = _watch.Status.State;
        }

        Assert.Equal((1, PictureState.Black), (changes, state));
    }

    [Fact]
    public void Each_check_is_turned_off_by_null()
    {
        _watch = new PictureWatch(new() { Black = null, Saturated = null, FrozenAfter = null }, _clock);
        foreach (var gray in new byte[] { 0, 255 })
        {
            for (var i = 0; i < 5; i++)
                Assert.Null(LookAfter(60, pixels => pixels.Fill(gray)));
        }

        Assert.Equal(PictureState.Ok, _watch.Status!.State);
    }

    [Theory]
    [InlineData(65535, PictureState.Black)]
    [InlineData(4095, PictureState.Ok)]
    internal void Full_scale_of_16_bits_is_that_of_the_camera(int fullScale, PictureState expected)
    {
        _watch = new PictureWatch(new() { FullScale = fullScale }, _clock);
        using var image = NativeImage.Create(64, 64, PixelFormat.Gray16);
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(image.Pixels).Fill(1000);
        _watch.Look(image, live: true, _clock.GetTimestamp());
        Assert.Equal(expected, _watch.Status!.State);
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(image.Pixels).Fill(4095);
        LookAgainUntilSettled(image);
        Assert.Equal(
            fullScale == 4095 ? PictureState.Saturated : PictureState.Ok, _watch.Status!.State);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 100)]
    [InlineData(63, 65)]
    [InlineData(129, 31)]
    public void Picture_of_any_size_is_looked_at(int width, int height)
    {
        using var image = NativeImage.Create(width, height, PixelFormat.Bgr48);
        Assert.Equal(
            Math.Min(width, 64) * Math.Min(height, 64), PictureSample.Of(image, 0, 65535).Dark);
    }

    [Fact]
    public void Look_at_pictures_allocates_nothing_however_bad_they_are()
    {
        foreach (var (fill, refused) in new (Action<Span<byte>>, bool)[] { (Noise, false), (p => p.Clear(), true) })
        {
            Assert.Equal(refused, Look(fill) is not null);
            var before = GC.GetAllocatedBytesForCurrentThread();
            _watch.Look(_image, live: true, _clock.GetTimestamp());
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static void Fill(Span<byte> pixels, Func<int, byte> value)
    {
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = value(i);
    }

    private void Noise(Span<byte> pixels) => _noise.NextBytes(pixels);

    private string? Look(Action<Span<byte>> draw) => LookAfter(0, draw);

    private string? LookAfter(double seconds, Action<Span<byte>> draw)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        draw(_image.Pixels);
        return _watch.Look(_image, live: true, _clock.GetTimestamp());
    }

    private void LookAgainUntilSettled(NativeImage image)
    {
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _watch.Look(image, live: true, _clock.GetTimestamp());
        }
    }
}
