using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class FramePoolTests
{
    [Fact]
    public void Pool_when_all_frames_are_out_has_none_until_one_comes_back()
    {
        using var pool = new FramePool(2);
        var first = pool.Rent();
        using var second = pool.Rent();
        Assert.False(pool.TryRent(out _));
        first.Dispose();
        Assert.True(pool.TryRent(out var again));
        Assert.Same(first, again);
        again.Dispose();
    }

    [Fact]
    public void Frame_rented_again_remembers_nothing_but_its_memory()
    {
        using var pool = new FramePool(1);
        NativeImage image;
        using (var frame = pool.Rent())
        {
            image = frame.Prepare(4, 3, PixelFormat.Bgr24);
            (frame.PartId, frame.Truth, frame.Origin, frame.Failure) = ("p", "good", "f.png", "none");
        }

        using var again = pool.Rent();
        Assert.Equal((null, null, null, null), (again.PartId, again.Truth, again.Origin, again.Failure));
        Assert.Same(image, again.Prepare(4, 3, PixelFormat.Bgr24));
        Assert.NotSame(image, again.Prepare(4, 3, PixelFormat.Gray8));
    }

    [Fact]
    public void Frame_disposed_twice_is_returned_once()
    {
        using var pool = new FramePool(2);
        var frame = pool.Rent();
        frame.Dispose();
        frame.Dispose();
        Assert.Equal(2, pool.Free);
    }

    [Fact]
    public void Frame_given_back_shows_no_picture()
    {
        using var pool = new FramePool(1);
        var frame = pool.Rent();
        frame.Prepare(2, 2, PixelFormat.Gray8);
        Assert.Equal(2, frame.Image.Width);
        frame.Dispose();
        Assert.Throws<CameraException>(() => frame.Image);
    }

    [Fact]
    public void Frame_with_a_failure_has_no_image()
    {
        using var pool = new FramePool(1);
        using var frame = pool.Rent();
        frame.Failure = "cable pulled";
        Assert.Equal("cable pulled", Assert.Throws<CameraException>(() => frame.Image).Message);
    }

    [Fact]
    public void Pool_disposed_releases_frames_still_out_when_they_come_back()
    {
        var pool = new FramePool(1);
        var frame = pool.Rent();
        var image = frame.Prepare(2, 2, PixelFormat.Gray8);
        pool.Dispose();
        Assert.False(image.IsClosed);
        frame.Dispose();
        Assert.True(image.IsClosed);
    }
}
