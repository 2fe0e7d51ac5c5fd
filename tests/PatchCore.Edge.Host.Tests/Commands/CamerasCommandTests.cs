using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using PatchCore.Edge.Host.Commands;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Commands;

public sealed class CamerasCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task List_shows_the_cameras_of_a_configuration_without_credentials_and_bundles()
    {
        var config = Configure("rtsp://10.0.0.7/live?password=topsecret");
        var (code, output, errors) = await RunAsync("list", "--config", config);
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"line-1 +rtsp +RTSP camera rtsp://10\.0\.0\.7/live\?password=\*\*\*\n", output);
        Assert.Matches(@"line-2 +simulated +simulated line.*, seed 7", output);
    }

    [Fact]
    public async Task List_without_a_camera_says_so_or_shows_them()
    {
        var (code, output, errors) = await RunAsync("list");
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches("^(no camera was found on this machine\n|kind +camera +model +modes\n)", output);
    }

    [Fact]
    public async Task Probe_of_a_configured_camera_tells_what_its_pictures_are()
    {
        using var camera = RtspCamera.Start("--rate", "25");
        var (code, output, errors) = await RunAsync("probe", "line-1", "--config", Configure(camera.Url));
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith(
            $"camera      RTSP camera {camera.Url}\npictures    320x240, Bgr24\n", output, StringComparison.Ordinal);
        var rate = double.Parse(
            Regex.Match(output, @"rate +([\d.]+) fps over 25 pictures").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(rate, 12, 50); // 25, on a busy machine
        Assert.Matches(@"brightness  \d+ ?% of white", output);
        Assert.Contains("\nstream      h264\n", output, StringComparison.Ordinal);
        Assert.Contains("damaged     0\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snap_of_an_rtsp_camera_with_a_password_writes_its_picture()
    {
        using var camera = RtspCamera.Start("--auth", "digest", "--user", "viewer", "--password", "secret");
        var (picture, password) = (_folder["snap.png"], _folder.Write("password", "secret"));
        var (code, output, errors) = await RunAsync(
            "snap", camera.Url, "--out", picture, "--user", "viewer", "--password-file", password);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal($"{picture}: 320x240, Bgr24\n", output);
        using var image = NativeImage.Read(picture);
        foreach (var (x, blue, green, red) in RtspCamera.Bars)
        {
            var pixel = image.Pixels.Slice(((60 * 320) + x) * 3, 3).ToArray();
            Assert.Equal([blue > 128, green > 128, red > 128], pixel.Select(value => value > 128));
        }
    }

    [Fact]
    public async Task Snap_of_a_pipeline_keeps_its_pixels()
    {
        var (code, _, errors) = await RunAsync(
            "snap", "videotestsrc pattern=white ! video/x-raw,format=BGR,width=31,height=17", "--out",
            _folder["a.png"]);
        Assert.Equal((0, ""), (code, errors));
        using var image = NativeImage.Read(_folder["a.png"]);
        Assert.Equal((31, 17), (image.Width, image.Height));
        Assert.Equal([255], image.Pixels.ToArray().Distinct());
    }

    [Theory]
    [InlineData(1, "V4L2 camera /dev/null: it is no video device", "probe", "/dev/null")]
    [InlineData(
        1, "V4L2 camera /dev/video4711: there is no such device", "snap", "/dev/video4711", "--out", "{folder}/a.png")]
    [InlineData(1, "GStreamer pipeline nosuch ! b: no element \"nosuch\"", "probe", "nosuch ! b")]
    [InlineData(2, "--frames found 1, expected 2 or more", "probe", "/dev/null", "--frames", "1")]
    [InlineData(
        2, "--out /nowhere/a.png cannot be written: there is no folder /nowhere", "snap", "x", "--out",
        "/nowhere/a.png")]
    [InlineData(
        2, "Url of an RTSP camera has a user name or password in it, expected them in Username and PasswordFile",
        "probe", "rtsp://a:topsecret@10.0.0.7/live")]
    [InlineData(
        2,
        "found no camera 'line-9', expected one of the configuration (line-1, line-2), rtsp://host/path, /dev/video0, "
            + "genicam:ID, or a GStreamer pipeline",
        "probe", "line-9", "--config", "{config}")]
    public async Task Camera_that_cannot_be_opened_is_told_in_one_line(
        int expected, string error, params string[] arguments)
    {
        var config = Configure("rtsp://10.0.0.7/live");
        var (code, output, errors) = await RunAsync([.. arguments.Select(argument => argument
            .Replace("{folder}", _folder.Path, StringComparison.Ordinal)
            .Replace("{config}", config, StringComparison.Ordinal))]);
        Assert.Equal((expected, "", $"patchcore-edge: {error}\n"), (code, output, errors));
    }

    private string Configure(string url) => _folder.Write("appsettings.json", $$"""
        {
          "Station": { "Name": "s1" },
          "Cameras": {
            "line-1": { "Bundle": "none yet", "Source": { "Kind": "rtsp", "Rtsp": { "Url": "{{url}}" } } },
            "line-2": { "Bundle": "none yet", "Source": { "Kind": "simulated" } }
          }
        }
        """);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(
            new RootCommand { CamerasCommand.Create() }, ["cameras", .. arguments],
            new InvocationConfiguration { Output = output, Error = errors });
        return (code, output.ToString(), errors.ToString());
    }
}
