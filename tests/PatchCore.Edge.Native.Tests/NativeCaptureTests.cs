namespace PatchCore.Edge.Native.Tests;

public sealed class NativeCaptureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public void Read_gives_every_picture_in_order_and_then_the_end()
    {
        using var capture = Open("videotestsrc num-buffers=3 pattern=white ! video/x-raw,format=BGR,width=30,height=20 "
            + "! appsink sync=false");
        using var image = NativeImage.Empty();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(StreamRead.Picture, capture.Read(image, out var time));
            Assert.Equal((30, 20, PixelFormat.Bgr24), (image.Width, image.Height, image.Format));
            Assert.Equal([255], image.Pixels.ToArray().Distinct());
            Assert.Equal(i / 30.0, time!.Value.TotalSeconds, 0.001);
        }

        Assert.Equal(StreamRead.Ended, capture.Read(image, out _));
        Assert.True(image.IsEmpty);
        Assert.Equal((30, "BGR"), capture.Properties);
    }

    [Fact]
    public void Read_reuses_the_memory_of_the_image()
    {
        using var capture = Open("videotestsrc ! video/x-raw,format=BGR,width=30,height=20 ! appsink sync=false");
        using var image = NativeImage.Empty();
        capture.Read(image, out _);
        image.Pixels[0] = 7;
        ref var first = ref image.Pixels[0];
        capture.Read(image, out _);
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(ref first, ref image.Pixels[0]));
    }

    [Fact]
    public void Read_before_open_and_open_twice_are_refused()
    {
        using var image = NativeImage.Empty();
        using var capture = NativeCapture.CreateGStreamer("videotestsrc ! videoconvert ! appsink", Patience, Patience);
        Assert.Equal(
            "the stream is not open", Assert.Throws<NativeException>(() => capture.Read(image, out _)).Message);
        capture.Open();
        Assert.Equal("the stream is open already", Assert.Throws<NativeException>(capture.Open).Message);
    }

    [Fact]
    public void Failures_leave_no_handle_behind()
    {
        var before = NativeLibraryInfo.LiveHandles;
        Assert.Throws<NativeException>(() => NativeCapture.CreateGStreamer("", Patience, Patience));
        Assert.Throws<NativeException>(
            () => NativeCapture.CreateRtsp("/etc/passwd", udp: false, TimeSpan.Zero, Patience, Patience));
        using (var capture = NativeCapture.CreateGStreamer("nosuchelement", Patience, Patience))
            Assert.Equal("no element \"nosuchelement\"", Assert.Throws<NativeException>(capture.Open).Message);
        using (var capture = NativeCapture.CreateRtsp(
            "rtsp://127.0.0.1:1/a", udp: false, TimeSpan.Zero, Patience, Patience))
        {
            Assert.Equal("Connection refused", Assert.Throws<NativeException>(capture.Open).Message);
        }

        Assert.Equal(before, NativeLibraryInfo.LiveHandles);
    }

    [Fact]
    public void Canceled_capture_fails_at_once()
    {
        using var capture = NativeCapture.CreateGStreamer(
            "videotestsrc ! valve drop=true ! appsink", Patience, Patience);
        capture.Cancel();
        Assert.Equal("canceled", Assert.Throws<NativeException>(capture.Open).Message);
    }

    private static NativeCapture Open(string pipeline)
    {
        var capture = NativeCapture.CreateGStreamer(pipeline, Patience, Patience);
        capture.Open();
        return capture;
    }
}
