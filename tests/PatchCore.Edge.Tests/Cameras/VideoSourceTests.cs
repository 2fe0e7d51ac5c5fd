using System.Diagnostics;
using System.Text;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class VideoSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FramePool _pool = new(1);
    private readonly ManualTimeProvider _clock = new();

    private string Video => _folder["line.y4m"];

    private string Avi => _folder["line.avi"];

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Video_is_paced_by_its_own_rate_and_ends_after_its_last_frame()
    {
        WriteVideo(framesPerSecond: 20, 16, 235);
        using var source = new VideoSource(new() { Path = Video }, _clock);
        Assert.InRange(Read(source)!.Value, 0, 1);
        Assert.InRange((await ReadAfterAsync(source, TimeSpan.FromMilliseconds(50)))!.Value, 254, 255);
        Assert.Null(await ReadAfterAsync(source, TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Video_that_loops_starts_over_at_its_first_frame()
    {
        WriteVideo(framesPerSecond: 25, 16, 235);
        using var source = new VideoSource(new() { Path = Video, Loop = true, FramesPerSecond = 10 }, _clock);
        var frames = new List<int?> { Read(source) };
        for (var i = 0; i < 3; i++)
            frames.Add(await ReadAfterAsync(source, TimeSpan.FromMilliseconds(100)));
        Assert.Equal([true, false, true, false], frames.Select(gray => gray < 128));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Video_that_is_cut_off_says_so_once_a_round_and_then_ends_or_starts_over(bool loop)
    {
        WriteAvi(frames: 50);
        File.WriteAllBytes(Avi, File.ReadAllBytes(Avi)[..^(int)(new FileInfo(Avi).Length / 2)]);
        using var source = new VideoSource(
            new() { Path = Avi, Loop = loop, FramesPerSecond = 999 }, TimeProvider.System);
        var frames = 0;
        var error = Assert.Throws<CameraException>(() =>
        {
            while (Read(source) is not null)
                frames++;
        });
        Assert.InRange(frames, 10, 40);
        Assert.Equal(
            ($"video {Avi} is cut off: it ends after {frames} of 50 frames", true),
            (error.Message, error.SourceUsable));
        Assert.Equal(loop, Read(source) is not null);
    }

    [Fact]
    public void Video_that_is_whole_ends_without_a_word()
    {
        WriteAvi(frames: 50);
        using var source = new VideoSource(new() { Path = Avi, FramesPerSecond = 999 }, TimeProvider.System);
        var frames = 0;
        while (Read(source) is not null)
            frames++;
        Assert.Equal(50, frames);
    }

    [Fact]
    public void Video_that_is_missing_is_named_and_can_be_tried_again_later()
    {
        using var source = new VideoSource(new() { Path = Video }, _clock);
        var error = Assert.Throws<CameraException>(() => Read(source));
        Assert.StartsWith($"video {Video} cannot be read: ", error.Message, StringComparison.Ordinal);
        Assert.False(error.SourceUsable);
        WriteVideo(framesPerSecond: 25, 235);
        Assert.InRange(Read(source)!.Value, 254, 255);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Rate_that_is_not_positive_is_refused(double rate) =>
        Assert.Throws<ArgumentException>(() => new VideoSource(new() { Path = Video, FramesPerSecond = rate }, _clock));

    /// <summary>The first pixel of the next frame; null at the end.</summary>
    private int? Read(VideoSource source)
    {
        using var frame = _pool.Rent();
        return source.TryRead(frame, default) ? frame.Image.Pixels[0] : null;
    }

    private async Task<int?> ReadAfterAsync(VideoSource source, TimeSpan wait)
    {
        var read = Task.Run(() => Read(source));
        Assert.Equal(wait, await _clock.NextWaitAsync());
        _clock.Advance(wait);
        return await read.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>YUV4MPEG2 without compression: a text header, then planes; luma 16 is black, 235 white.</summary>
    private void WriteVideo(int framesPerSecond, params byte[] grays)
    {
        using var file = File.Create(Video);
        file.Write(Encoding.ASCII.GetBytes($"YUV4MPEG2 W32 H16 F{framesPerSecond}:1 Ip A1:1 C420jpeg\n"));
        foreach (var gray in grays)
        {
            file.Write("FRAME\n"u8);
            file.Write(Enumerable.Repeat(gray, 32 * 16).ToArray());
            file.Write(Enumerable.Repeat((byte)128, 2 * 16 * 8).ToArray());
        }
    }

    /// <summary>Motion JPEG of noise, whose frames are all about as long; the header has their count.</summary>
    private void WriteAvi(int frames)
    {
        using var ffmpeg = Process.Start(
            "ffmpeg",
            $"-v error -f lavfi -i nullsrc=s=64x64:r=25,geq=random(1)*255:128:128 -frames:v {frames} -c:v mjpeg "
                + $"-threads 1 {Avi}");
        Assert.True(ffmpeg.WaitForExit(TimeSpan.FromSeconds(30)), "ffmpeg does not end");
        Assert.Equal(0, ffmpeg.ExitCode);
    }
}
