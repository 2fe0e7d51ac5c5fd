using System.Text;

namespace PatchCore.Edge.Native.Tests;

public sealed class NativeVideoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_gives_every_frame_in_order_and_then_the_end()
    {
        // Studio swing: luma 16 is black, 126 the middle, 235 white.
        using var video = NativeVideo.Open(Write("three.y4m", 16, 126, 235));
        using var frame = NativeImage.Empty();
        var grays = new List<int>();

        while (video.Read(frame))
        {
            Assert.Equal((32, 16, PixelFormat.Bgr24), (frame.Width, frame.Height, frame.Format));
            grays.Add(frame.Pixels[0]);
        }

        Assert.Equal(3, grays.Count);
        Assert.InRange(grays[0], 0, 1);
        Assert.InRange(grays[1], 127, 129);
        Assert.InRange(grays[2], 254, 255);
        Assert.True(frame.IsEmpty);
        Assert.False(video.Read(frame));
    }

    [Fact]
    public void Open_tells_the_rate_of_frames()
    {
        using var video = NativeVideo.Open(Write("rate.y4m", 16, 235));

        Assert.Equal(25, video.FramesPerSecond);
        Assert.Equal(2, video.FrameCount);
    }

    [Fact]
    public void Open_of_a_missing_file_names_the_path_and_the_reason()
    {
        var exception = Assert.Throws<NativeException>(() => NativeVideo.Open("/nowhere/line.mp4"));

        Assert.Equal("cannot read video '/nowhere/line.mp4': No such file or directory", exception.Message);
        Assert.Equal(NativeErrorCode.File, exception.Code);
    }

    [Fact]
    public void Open_of_a_file_that_is_no_video_names_the_path()
    {
        var path = _folder["text.mp4"];
        File.WriteAllText(path, "not a video");
        var before = NativeLibraryInfo.LiveHandles;

        var exception = Assert.Throws<NativeException>(() => NativeVideo.Open(path));

        Assert.StartsWith($"cannot open video '{path}': ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, NativeLibraryInfo.LiveHandles);
    }

    [Fact]
    public void Read_of_a_video_without_one_good_frame_is_an_error_and_not_its_end()
    {
        var path = _folder["text.png"];
        File.WriteAllText(path, "FFmpeg goes by the name and opens this");
        using var video = NativeVideo.Open(path);
        using var frame = NativeImage.Empty();

        var exception = Assert.Throws<NativeException>(() => video.Read(frame));

        Assert.Equal($"cannot read video '{path}': not one frame of it can be decoded", exception.Message);
    }

    /// <summary>An uncompressed YUV4MPEG2 file of 32 × 16 gray frames at 25 frames a second.</summary>
    private string Write(string name, params ReadOnlySpan<byte> lumas)
    {
        var path = _folder[name];
        using var file = File.Create(path);
        file.Write(Encoding.ASCII.GetBytes("YUV4MPEG2 W32 H16 F25:1 Ip A1:1 C444\n"));
        foreach (var luma in lumas)
        {
            file.Write(Encoding.ASCII.GetBytes("FRAME\n"));
            file.Write(Enumerable.Repeat(luma, 32 * 16).ToArray());
            file.Write(Enumerable.Repeat((byte)128, 2 * 32 * 16).ToArray());
        }

        return path;
    }
}
