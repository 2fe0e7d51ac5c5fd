using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class V4l2SourceTests
{
    [Theory]
    [InlineData("/dev/video4711", "there is no such device")]
    [InlineData("usb-Nobody_Camera_0-video-index0", "there is no such device")]
    [InlineData("/dev/null", "it is no video device")]
    public void Device_that_is_no_camera_says_so(string device, string reason)
    {
        using var source = new V4l2Source(new() { Device = device });
        using var pool = new FramePool(1);
        using var frame = pool.Rent();
        var error = Assert.Throws<CameraException>(() => source.TryRead(frame, default));
        Assert.Equal($"V4L2 camera {device}: {reason}", error.Message);
        Assert.False(error.SourceUsable);
        Assert.Equal(error.Message, Assert.Throws<CameraException>(() => V4l2Camera.Describe(device)).Message);
    }

    [Fact]
    public void Device_without_a_path_is_looked_up_by_id() =>
        Assert.Equal("/dev/v4l/by-id/usb-a", new V4l2SourceOptions { Device = "usb-a" }.Path);

    [Fact]
    public void Listing_passes_over_what_is_no_camera_and_folders_that_are_missing()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(V4l2Camera.List(folder["nowhere"], folder["nowhere"]));
        File.CreateSymbolicLink(folder["video0"], "/dev/null");
        File.WriteAllText(folder["video1"], "");
        Assert.Empty(V4l2Camera.List(folder[""], folder["nowhere"]));
        Assert.NotNull(V4l2Camera.List());
    }

    [Fact]
    public void Description_of_a_device_is_read_into_modes_and_controls()
    {
        const string Told = "device\tHD Webcam\tuvcvideo\tusb-1\n"
            + "mode\tYUYV\t640\t480\t30,7.5\nmode\tGREY\t1280\t800\t\ncontrol\tGain\t0\t255\t1\t64\t-3\n";
        var camera = V4l2Camera.Parse("/dev/video2", "usb-a", Told);
        Assert.Equal(
            ("/dev/video2", "usb-a", "HD Webcam", "uvcvideo", "usb-1"),
            (camera.Path, camera.Id, camera.Card, camera.Driver, camera.Bus));
        Assert.Equal(("YUYV", 640, 480), (camera.Modes[0].PixelFormat, camera.Modes[0].Width, camera.Modes[0].Height));
        Assert.Equal([30, 7.5], camera.Modes[0].FramesPerSecond);
        Assert.Empty(camera.Modes[1].FramesPerSecond);
        Assert.Equal(new V4l2Control("Gain", 0, 255, 1, 64, -3), Assert.Single(camera.Controls));
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        var good = new V4l2SourceOptions { Device = "/dev/video0" };
        foreach (var (options, name) in new[]
        {
            (good with { Device = "" }, "Device"),
            (good with { PixelFormat = "JPEG2000" }, "PixelFormat"),
            (good with { Width = 640 }, "Width"),
            (good with { Width = 0, Height = 480 }, "Width"),
            (good with { FramesPerSecond = double.NaN }, "FramesPerSecond"),
            (good with { Exposure = -2 }, "Exposure"),
            (good with { ReadTimeout = TimeSpan.Zero }, "ReadTimeout"),
        })
        {
            var error = Assert.Throws<ArgumentException>(() => new V4l2Source(options));
            Assert.StartsWith($"{name} of a V4L2 camera is ", error.Message, StringComparison.Ordinal);
        }
    }
}
