using System.Diagnostics;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Commands;

/// <summary>A device that answers system calls as a V4L2 camera does, see fake_v4l2.cpp.</summary>
public sealed class FakeDevice : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeDevice()
    {
        Library = _folder["fake_v4l2.so"];
        var source = Path.Combine(AppContext.BaseDirectory, "fake_v4l2.cpp");
        using var compiler = Process.Start("g++", ["-shared", "-fPIC", "-O1", "-o", Library, source, "-ldl"]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
    }

    public string Library { get; }

    public void Dispose() => _folder.Dispose();
}

public sealed class V4l2DeviceTests(FakeDevice device) : IClassFixture<FakeDevice>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Probe_tells_what_the_device_gives_and_can_do()
    {
        var (code, output, errors) = await RunAsync("", "probe", "/dev/video-fake", "--frames", "5");
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith(
            "camera      V4L2 camera /dev/video-fake\npictures    64x48, Bgr24\n", output, StringComparison.Ordinal);
        Assert.Contains("\nstream      YUYV, 30 fps\n", output, StringComparison.Ordinal);
        Assert.EndsWith(
            """
            damaged     0
            model       Fake Camera, fake, nowhere
            mode        YUYV 64x48 at 30, 15 fps
            control     Gain: 10 (0 to 63 in steps of 1, default 0)
            control     Exposure: 3 (0 to 3 in steps of 1, default 0)
            control     Exposure: 100 (3 to 2047 in steps of 1, default 0)

            """,
            output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snap_has_the_colors_of_the_device()
    {
        var (code, _, errors) = await RunAsync("", "snap", "/dev/video-fake", "--out", _folder["a.png"]);
        Assert.Equal((0, ""), (code, errors));
        using var image = NativeImage.Read(_folder["a.png"]);
        foreach (var (x, expected) in new[] { (10, (0, 0, 255)), (32, (0, 255, 0)), (54, (255, 0, 0)) })
        {
            var pixel = image.Pixels.Slice(((20 * 64) + x) * 3, 3);
            // Limited YUV of 8 bits is rounded twice.
            Assert.InRange(pixel[0], expected.Item1 - 3, expected.Item1 + 3);
            Assert.InRange(pixel[1], expected.Item2 - 3, expected.Item2 + 3);
            Assert.InRange(pixel[2], expected.Item3 - 3, expected.Item3 + 3);
        }
    }

    [Theory]
    [InlineData("busy", "", "cannot set the format: it is in use by another program")]
    [InlineData("unplugged", "", "cannot take a picture: there is no such device")]
    [InlineData("torn", "", "the picture is damaged, parts of it were lost on the way")]
    [InlineData(
        "", ", \"PixelFormat\": \"MJPG\"",
        "it gives no pictures in the format MJPG; it has YUYV 64x48 at 30, 15 fps")]
    [InlineData(
        "", ", \"Width\": 640, \"Height\": 480",
        "it gives no pictures of 640x480 in a format that is known here; it has YUYV 64x48 at 30, 15 fps")]
    [InlineData(
        "", ", \"FramesPerSecond\": 60",
        "it does not give 60 frames a second, but 30; it has YUYV 64x48 at 30, 15 fps")]
    [InlineData("", ", \"Gain\": 64", "Gain is 64, expected 0 to 63 in steps of 1")]
    [InlineData("", ", \"Exposure\": 2", "Exposure is 2, expected 3 to 2047 in steps of 1")]
    [InlineData("", ", \"WhiteBalance\": 4000", "WhiteBalance is no control of this device")]
    public async Task Device_that_does_not_do_it_says_why(string mood, string settings, string reason)
    {
        var config = _folder.Write("appsettings.json", $$"""
            {
              "Station": { "Name": "s1" },
              "Cameras": {
                "usb": {
                  "Bundle": "none yet",
                  "Source": { "Kind": "v4l2", "V4l2": { "Device": "/dev/video-fake"{{settings}} } }
                }
              }
            }
            """);
        var (code, _, errors) = await RunAsync(mood, "probe", "usb", "--config", config);
        Assert.Equal((1, $"patchcore-edge: V4L2 camera /dev/video-fake: {reason}\n"), (code, errors));
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string mood, params string[] arguments)
    {
        using var process = HostProcess.Start(
            ["cameras", .. arguments], ("LD_PRELOAD", device.Library), ("FAKE_V4L2", mood));
        return await process.EndAsync();
    }
}
