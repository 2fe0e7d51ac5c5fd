using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class StreamSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StreamSettingsTests() => Directory.CreateDirectory(_folder["bundle"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rtsp_section_becomes_the_camera_that_it_says()
    {
        _folder.Write("password", "secret");
        var source = Load("""
            "Kind": "rtsp",
            "Rtsp": {
              "Url": "rtsp://10.0.0.7/live", "Transport": "udp", "Backend": "gstreamer", "Username": "viewer",
              "PasswordFile": "password", "OpenTimeoutMs": 3000, "ReadTimeoutMs": 400, "LatencyMs": 50
            }
            """);
        Assert.Equal(
            new RtspSourceOptions
            {
                Url = "rtsp://10.0.0.7/live",
                Transport = RtspTransport.Udp,
                Backend = RtspBackend.GStreamer,
                Username = "viewer",
                PasswordFile = _folder["password"],
                OpenTimeout = TimeSpan.FromSeconds(3),
                ReadTimeout = TimeSpan.FromSeconds(0.4),
                Latency = TimeSpan.FromSeconds(0.05),
            },
            source.Rtsp.ToOptions());
        using var opened = Sources.Of(source, TimeProvider.System)();
        Assert.Equal("RTSP camera rtsp://10.0.0.7/live", opened.Description);
    }

    [Fact]
    public void V4l2_section_becomes_the_camera_that_it_says()
    {
        var source = Load("""
            "Kind": "v4l2",
            "V4l2": {
              "Device": "usb-a", "PixelFormat": "MJPG", "Width": 1280, "Height": 720, "FramesPerSecond": 7.5,
              "Exposure": 100, "Gain": "auto"
            }
            """);
        Assert.Equal(
            new V4l2SourceOptions
            {
                Device = "usb-a",
                PixelFormat = "MJPG",
                Width = 1280,
                Height = 720,
                FramesPerSecond = 7.5,
                Exposure = 100,
                Gain = -1,
            },
            source.V4l2.ToOptions());
        using var opened = Sources.Of(source, TimeProvider.System)();
        Assert.Equal("V4L2 camera usb-a", opened.Description);
    }

    [Fact]
    public void Gstreamer_section_becomes_the_pipeline_that_it_says()
    {
        var source = Load(""" "Kind": "gstreamer", "GStreamer": { "Pipeline": "videotestsrc" } """);
        Assert.Equal(new GStreamerSourceOptions { Elements = "videotestsrc" }, source.GStreamer.ToOptions());
        using var opened = Sources.Of(source, TimeProvider.System)();
        Assert.Equal("GStreamer pipeline videotestsrc", opened.Description);
    }

    [Theory]
    [InlineData(""" "Kind": "rtsp" """, "Rtsp:Url is missing, expected rtsp://host[:port]/path")]
    [InlineData(
        """ "Kind": "rtsp", "Rtsp": { "Url": "rtsp://a:topsecret@10.0.0.7/" } """,
        "Rtsp:Url has a user name or password in it, expected them in Username and PasswordFile")]
    [InlineData(
        """ "Kind": "rtsp", "Rtsp": { "Url": "rtsp://h/", "Transport": "http" } """,
        "Rtsp:Transport found 'http', expected one of tcp, udp")]
    [InlineData(
        """ "Kind": "rtsp", "Rtsp": { "Url": "rtsp://h/", "PasswordEnvironment": "CAMERA" } """,
        "Rtsp:Username is missing, expected a user name to go with its password")]
    [InlineData(
        """ "Kind": "rtsp", "Rtsp": { "Url": "rtsp://h/", "Username": "a", "PasswordFile": "none" } """,
        "Rtsp:PasswordFile found no file {folder}/none")]
    [InlineData(
        """ "Kind": "rtsp", "Rtsp": { "Url": "rtsp://h/", "ReadTimeoutMs": 0 } """,
        "Rtsp:ReadTimeoutMs found '0', expected a whole number from 1 to 600000 "
            + "(milliseconds without a picture after which the camera is lost)")]
    [InlineData(""" "Kind": "gstreamer" """, "GStreamer:Pipeline is missing, expected elements joined by !")]
    [InlineData(
        """ "Kind": "v4l2" """,
        "V4l2:Device is missing, expected a path such as /dev/video0, or a name in /dev/v4l/by-id")]
    [InlineData(
        """ "Kind": "v4l2", "V4l2": { "Device": "a", "Exposure": "bright" } """,
        "V4l2:Exposure found 'bright', expected auto, or a number of 100 microseconds")]
    public void Section_that_is_wrong_is_told_by_its_key(string source, string expected)
    {
        var error = Assert.Throws<SettingsException>(() => Load(source));
        Assert.Equal(
            ["Cameras:line-1:Source:" + expected.Replace("{folder}", _folder.Path, StringComparison.Ordinal)],
            error.Errors);
        Assert.DoesNotContain("topsecret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_those_of_the_library()
    {
        Assert.Equal(new RtspSourceOptions { Url = "rtsp://h/" }, new RtspSettings { Url = "rtsp://h/" }.ToOptions());
        Assert.Equal(new V4l2SourceOptions { Device = "a" }, new V4l2Settings { Device = "a" }.ToOptions());
    }

    private SourceSettings Load(string source)
    {
        var path = _folder.Write("appsettings.json", $$"""
            {
              "Station": { "Name": "s1" },
              "Cameras": { "line-1": { "Bundle": "bundle", "Source": { {{source}} } } }
            }
            """);
        return SettingsFile.Bind(SettingsFile.Read(path, []), path).Cameras["line-1"].Source;
    }
}
