using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class RtspSourceTests : IDisposable
{
    private const string Password = "s3cret p@ss/word";
    private readonly TemporaryFolder _folder = new();
    private readonly FramePool _pool = new(1);

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(RtspBackend.Ffmpeg, RtspTransport.Tcp, "h264")]
    [InlineData(RtspBackend.Ffmpeg, RtspTransport.Udp, "h264")]
    [InlineData(RtspBackend.Ffmpeg, RtspTransport.Tcp, "jpeg")]
    [InlineData(RtspBackend.GStreamer, RtspTransport.Tcp, "h264")]
    [InlineData(RtspBackend.GStreamer, RtspTransport.Udp, "h264")]
    public void Camera_gives_pictures_of_its_colors_with_its_own_time(
        RtspBackend backend, RtspTransport transport, string stream)
    {
        using var camera = RtspCamera.Start("--stream", stream);
        using var source = new RtspSource(new()
        {
            Url = camera.Url,
            Backend = backend,
            Transport = transport,
            Latency = TimeSpan.FromSeconds(2), // no packet is given up on a busy machine
        });
        TimeSpan? before = null;
        for (var i = 0; i < 5; i++)
        {
            using var frame = _pool.Rent();
            Assert.True(source.TryRead(frame, default));
            Assert.Equal((320, 240, PixelFormat.Bgr24), (frame.Image.Width, frame.Image.Height, frame.Image.Format));
            BarPicture.AssertColors(frame.Image);
            // FFmpeg knows no time of the first one.
            Assert.True(
                i == 0 || frame.CameraTime > (before ?? TimeSpan.MinValue), $"{frame.CameraTime} after {before}");
            before = frame.CameraTime;
        }
    }

    [Theory]
    [InlineData(RtspBackend.Ffmpeg, "basic")]
    [InlineData(RtspBackend.Ffmpeg, "digest")]
    [InlineData(RtspBackend.GStreamer, "basic")]
    [InlineData(RtspBackend.GStreamer, "digest")]
    public void Camera_with_a_password_shows_pictures_for_the_right_one_alone(RtspBackend backend, string method)
    {
        using var camera = RtspCamera.Start("--auth", method, "--user", "viewer", "--password", Password);
        File.WriteAllText(_folder["password"], Password + "\n");
        File.WriteAllText(_folder["wrong"], "wr0ng p@ss\n");
        var options = new RtspSourceOptions
        {
            Url = camera.Url,
            Backend = backend,
            Username = "viewer",
            PasswordFile = _folder["password"],
        };
        Assert.True(Read(options));
        var error = Refused(options with { PasswordFile = _folder["wrong"] });
        Assert.Equal(
            $"RTSP camera {camera.Url}: 401 Unauthorized: the user name or password is wrong or missing",
            error.Message);
        Assert.False(error.SourceUsable);
        Assert.DoesNotContain("wr0ng", error.ToString(), StringComparison.Ordinal);
        error = Refused(options with { Username = null, PasswordFile = null });
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RtspBackend.Ffmpeg)]
    [InlineData(RtspBackend.GStreamer)]
    public void Camera_without_a_stream_of_the_path_says_so(RtspBackend backend)
    {
        using var camera = RtspCamera.Start();
        var url = RtspCamera.UrlOf(camera.Port, "other");
        Assert.Equal(
            $"RTSP camera {url}: 404 Not Found: the camera has no stream of this path",
            Refused(new() { Url = url, Backend = backend }).Message);
    }

    [Theory]
    [InlineData(RtspBackend.Ffmpeg)]
    [InlineData(RtspBackend.GStreamer)]
    public void Camera_without_video_says_so(RtspBackend backend)
    {
        using var camera = RtspCamera.Start("--stream", "sound");
        var error = Refused(new() { Url = camera.Url, Backend = backend, OpenTimeout = TimeSpan.FromSeconds(2) });
        Assert.Matches("no video", error.Message);
    }

    [Theory]
    [InlineData(RtspBackend.Ffmpeg)]
    [InlineData(RtspBackend.GStreamer)]
    public void Camera_that_is_not_there_refuses_the_connection(RtspBackend backend)
    {
        var error = Refused(new() { Url = RtspCamera.UrlOf(RtspCamera.FreePort()), Backend = backend });
        Assert.Contains("onnection refused", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RtspBackend.Ffmpeg)]
    [InlineData(RtspBackend.GStreamer)]
    public void Camera_that_does_not_answer_is_given_up_in_time(RtspBackend backend)
    {
        using var mute = new MuteServer();
        var error = Refused(new()
        {
            Url = RtspCamera.UrlOf(mute.Port),
            Backend = backend,
            OpenTimeout = TimeSpan.FromMilliseconds(300),
        });
        Assert.Matches("no (answer|picture) within 300 ms$", error.Message);
    }

    [Theory]
    [InlineData(RtspBackend.Ffmpeg)]
    [InlineData(RtspBackend.GStreamer)]
    public async Task Wait_for_a_camera_ends_when_it_is_canceled(RtspBackend backend)
    {
        using var mute = new MuteServer();
        using var source = new RtspSource(new() { Url = RtspCamera.UrlOf(mute.Port), Backend = backend });
        using var stop = new CancellationTokenSource();
        using var frame = _pool.Rent();
        var reading = Task.Run(() => source.TryRead(frame, stop.Token));
        await mute.Connected;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(2)));
    }

    [Theory]
    [InlineData("rtsp://admin:topsecret@10.0.0.7/line", "has a user name or password in it")]
    [InlineData("rtsp://admin@10.0.0.7/line", "has a user name or password in it")]
    [InlineData("http://10.0.0.7/line", "does not start with rtsp://")]
    [InlineData("rtsp:///line", "is no URL")]
    public void Url_that_is_none_or_has_credentials_is_refused_without_quoting_it(string url, string fault)
    {
        var error = Assert.Throws<ArgumentException>(() => new RtspSource(new() { Url = url }));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "rtsp://10.0.0.7/user=admin&password=topsecret&channel=1", "rtsp://10.0.0.7/user=***&password=***&channel=1")]
    [InlineData("rtsp://10.0.0.7/live?token=topsecret", "rtsp://10.0.0.7/live?token=***")]
    [InlineData("rtsp://10.0.0.7:554/live/1", "rtsp://10.0.0.7:554/live/1")]
    public void Description_leaves_out_what_a_path_has_of_credentials(string url, string shown)
    {
        using var source = new RtspSource(new() { Url = url });
        Assert.Equal($"RTSP camera {shown}", source.Description);
    }

    [Fact]
    public void Password_may_come_from_the_environment_and_an_empty_one_is_named()
    {
        var options = new RtspSourceOptions
        {
            Url = RtspCamera.UrlOf(1),
            Username = "viewer",
            PasswordEnvironment = "PATCHCORE_TEST_NO_SUCH_VARIABLE",
        };
        Assert.EndsWith(
            "the environment variable PATCHCORE_TEST_NO_SUCH_VARIABLE with its password is empty",
            Refused(options).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Password_file_that_is_missing_or_empty_is_named()
    {
        var options = new RtspSourceOptions
        {
            Url = RtspCamera.UrlOf(1),
            Username = "viewer",
            PasswordFile = _folder["password"],
        };
        Assert.Contains(_folder["password"], Refused(options).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["password"], "");
        Assert.EndsWith(
            $"the password file {_folder["password"]} is empty", Refused(options).Message, StringComparison.Ordinal);
    }

    private bool Read(RtspSourceOptions options)
    {
        using var source = new RtspSource(options);
        using var frame = _pool.Rent();
        return source.TryRead(frame, default);
    }

    private CameraException Refused(RtspSourceOptions options) =>
        Assert.Throws<CameraException>(() => Read(options));
}
