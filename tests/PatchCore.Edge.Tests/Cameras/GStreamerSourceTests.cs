using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class GStreamerSourceTests : IDisposable
{
    private const string Bars = "videotestsrc pattern=smpte100 num-buffers=2 ! video/x-raw,width=320,height=240";
    private readonly FramePool _pool = new(1);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(Bars)]
    [InlineData(Bars + " !")]
    [InlineData(Bars + " ! videoconvert ! appsink")]
    [InlineData(Bars + ",format=BGR ! appsink drop=false")]
    public void Pipeline_gives_its_pictures_in_their_colors_and_ends(string pipeline)
    {
        using var source = new GStreamerSource(new() { Elements = pipeline });
        using var frame = _pool.Rent();
        Assert.True(source.TryRead(frame, default));
        Assert.Equal((320, 240, PixelFormat.Bgr24), (frame.Image.Width, frame.Image.Height, frame.Image.Format));
        BarPicture.AssertColors(frame.Image);
        var read = 1;
        while (source.TryRead(frame, default))
            read++;
        Assert.InRange(read, 1, 2); // the newest of two may have been the second
    }

    [Theory]
    [InlineData("GRAY8", PixelFormat.Gray8)]
    [InlineData("GRAY16_LE", PixelFormat.Gray16)]
    public void Gray_pipeline_gives_gray_pictures(string format, PixelFormat expected)
    {
        using var source = new GStreamerSource(new()
        {
            Elements = $"videotestsrc pattern=white ! video/x-raw,format={format},width=31,height=17",
        });
        using var frame = _pool.Rent();
        Assert.True(source.TryRead(frame, default));
        Assert.Equal((31, 17, expected), (frame.Image.Width, frame.Image.Height, frame.Image.Format));
        // White of a videotestsrc's gray is that of limited range, also in both bytes of 16 bits.
        Assert.Equal([235], frame.Image.Pixels.ToArray().Distinct());
    }

    [Fact]
    public void Pictures_have_the_time_of_the_pipeline()
    {
        using var source = new GStreamerSource(new()
        {
            Elements = "videotestsrc ! video/x-raw,framerate=20/1 ! videoconvert ! appsink drop=false sync=false",
        });
        using var frame = _pool.Rent();
        Assert.True(source.TryRead(frame, default));
        Assert.Equal(TimeSpan.Zero, frame.CameraTime);
        Assert.True(source.TryRead(frame, default));
        Assert.Equal(TimeSpan.FromMilliseconds(50), frame.CameraTime);
    }

    [Theory]
    [InlineData("nosuchelement ! videoconvert", "no element \"nosuchelement\"")]
    [InlineData("videotestsrc ! ! videoconvert", "syntax error")]
    [InlineData("videotestsrc nosuch=1", "no property \"nosuch\" in element \"videotestsrc\"")]
    [InlineData("videotestsrc ! video/x-raw,format=I420 ! appsink", "put a videoconvert before it")]
    [InlineData("videotestsrc ! tee name=t t. ! queue ! appsink t. ! queue ! appsink", "has 2 appsinks, expected one")]
    [InlineData("filesrc location=/nowhere/a.h264 ! h264parse ! avdec_h264", "No such file")]
    [InlineData("audiotestsrc ! audioconvert ! appsink", "BGR, GRAY8 or GRAY16_LE")]
    public void Pipeline_that_cannot_run_says_why(string pipeline, string reason)
    {
        var error = Refused(new() { Elements = pipeline });
        Assert.StartsWith($"GStreamer pipeline {pipeline}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipeline_without_a_picture_in_time_is_given_up()
    {
        var error = Refused(new()
        {
            Elements = "videotestsrc ! valve drop=true",
            OpenTimeout = TimeSpan.FromMilliseconds(200),
        });
        Assert.EndsWith("no picture within 200 ms", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_pipeline_that_ends_is_lost()
    {
        using var source = new GStreamerSource(new() { Elements = "videotestsrc is-live=true num-buffers=1" });
        using var frame = _pool.Rent();
        Assert.True(source.TryRead(frame, default));
        var error = Assert.Throws<CameraException>(() => source.TryRead(frame, default));
        Assert.EndsWith("the live pipeline came to its end", error.Message, StringComparison.Ordinal);
        Assert.False(error.SourceUsable);
    }

    [Fact]
    public async Task Wait_for_a_picture_ends_when_it_is_canceled()
    {
        using var source = new GStreamerSource(new() { Elements = "videotestsrc ! valve drop=true" });
        using var frame = _pool.Rent();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Task.Run(() => source.TryRead(frame, stop.Token)).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(
        "rtspsrc location=rtsp://a:topsecret@10.0.0.7/x user-id=admin user-pw=topsecret ! decodebin",
        "rtspsrc location=rtsp://***@10.0.0.7/x user-id=*** user-pw=*** ! decodebin")]
    [InlineData("souphttpsrc user-pw=\"top secret\" ! jpegdec", "souphttpsrc user-pw=*** ! jpegdec")]
    [InlineData("v4l2src device=/dev/video0 ! jpegdec", "v4l2src device=/dev/video0 ! jpegdec")]
    public void Description_leaves_out_credentials(string pipeline, string shown)
    {
        using var source = new GStreamerSource(new() { Elements = pipeline });
        Assert.Equal($"GStreamer pipeline {shown}", source.Description);
    }

    [Fact]
    public void Credentials_are_in_no_error()
    {
        using var camera = RtspCamera.Start("--auth", "digest", "--user", "viewer", "--password", "right");
        var location = camera.Url.Replace("://", "://viewer:topsecret@", StringComparison.Ordinal);
        var error = Refused(new() { Elements = $"rtspsrc location={location} protocols=tcp ! decodebin" });
        Assert.DoesNotContain("topsecret", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("401 Unauthorized", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "a ! videoconvert ! appsink drop=true max-buffers=1 sync=false")]
    [InlineData("a ! appsink", "a ! appsink drop=true max-buffers=1 sync=false")]
    [InlineData("a ! appsink name=x sync=true", "a ! appsink drop=true max-buffers=1 name=x sync=true")]
    [InlineData("a ! appsink drop=false max-buffers=4 sync=true", "a ! appsink drop=false max-buffers=4 sync=true")]
    public void Sink_keeps_the_newest_picture_unless_the_pipeline_says_otherwise(string pipeline, string completed) =>
        Assert.Equal(completed, GStreamerSource.Completed(pipeline));

    [Fact]
    public void Empty_pipeline_is_refused() =>
        Assert.Throws<ArgumentException>(() => new GStreamerSource(new() { Elements = " " }));

    private CameraException Refused(GStreamerSourceOptions options)
    {
        using var source = new GStreamerSource(options);
        using var frame = _pool.Rent();
        return Assert.Throws<CameraException>(() => source.TryRead(frame, default));
    }
}
