using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

[Collection(nameof(GenicamSimulator))]
public sealed class GenicamSourceTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>So small that a picture fits any socket's buffer.</summary>
    internal static readonly GenicamSourceOptions Small = new()
    {
        Id = GenicamSimulator.Address,
        Width = 40,
        Height = 30,
        FramesPerSecond = 100,
    };

    private readonly FramePool _pool = new(1);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Source_says_what_it_is_and_gives_pictures_with_the_cameras_time()
    {
        using var simulator = GenicamSimulator.Start("GV01");
        using var source = new GenicamSource(Small, TimeProvider.System);
        using var frame = _pool.Rent();

        Assert.True(source.TryRead(frame, default));
        var first = frame.CameraTime!.Value;
        Assert.True(source.TryRead(frame, default));

        Assert.Equal("GenICam camera Aravis-Fake-GV01 (GigE Vision, 127.0.0.1)", source.Description);
        Assert.Equal(
            (40, 30, PixelFormat.Gray8), (frame.Image.Width, frame.Image.Height, frame.Image.Format));
        // The simulator's clock is the machine's.
        Assert.InRange(DateTime.UnixEpoch + frame.CameraTime.Value - TimeProvider.System.GetUtcNow(), -Soon, Soon);
        Assert.True(frame.CameraTime > first);
        Assert.InRange(source.Statistics.Completed, 2UL, 1000UL);
    }

    [Fact]
    public void Color_is_blue_green_red()
    {
        using var simulator = GenicamSimulator.Start();
        using var source = new GenicamSource(
            Small with { PixelFormat = "RGB8", Width = 256, Height = 1 }, TimeProvider.System);
        using var frame = _pool.Rent();

        Assert.True(source.TryRead(frame, default));

        // A row of the simulator's ramp shows all of its colors, in order: dark blue (red, green, blue 0, 0, 132) up
        // to dark red (132, 0, 0), and starts over.
        Assert.Equal(PixelFormat.Bgr24, frame.Image.Format);
        var pixels = frame.Image.Pixels.ToArray().Chunk(3).Select(p => (B: p[0], G: p[1], R: p[2])).ToList();
        var start = pixels.IndexOf((132, 0, 0));
        Assert.InRange(start, 0, 255);
        Assert.Equal((136, 0, 0), pixels[(start + 1) % 255]);
        Assert.Equal((0, 0, 132), pixels[(start + 254) % 255]);
    }

    [Fact]
    public void Gray_of_16_bits_keeps_them()
    {
        using var simulator = GenicamSimulator.Start();
        using var source = new GenicamSource(Small with { PixelFormat = "Mono16" }, TimeProvider.System);
        using var frame = _pool.Rent();

        Assert.True(source.TryRead(frame, default));

        // The ramp climbs by 256 a pixel, and starts over at 65535.
        Assert.Equal(PixelFormat.Gray16, frame.Image.Format);
        var pixels = frame.Image.Pixels.ToArray().Chunk(2).Select(p => p[0] | (p[1] << 8)).ToArray();
        Assert.All(
            pixels.Take(40).Zip(pixels.Take(40).Skip(1)),
            pair => Assert.Equal(256, (pair.Second - pair.First + 65535) % 65535));
    }

    [Fact]
    public void Features_are_set_in_order_before_everything_else()
    {
        using var simulator = GenicamSimulator.Start();
        var options = Small with
        {
            Features = [new("Width", "100"), new("Height", "20"), new("Width", "60")],
            Width = null,
            Height = 30,
            ExposureUs = 10000,
            Gain = 1,
        };
        using var source = new GenicamSource(options, TimeProvider.System);
        using var frame = _pool.Rent();

        Assert.True(source.TryRead(frame, default));

        Assert.Equal((60, 30), (frame.Image.Width, frame.Image.Height));
        // The gain of 1 doubles the ramp: every value is even, or cut off at 255.
        Assert.All(frame.Image.Pixels.ToArray(), value => Assert.True(value % 2 == 0 || value == 255));
    }

    [Theory]
    [InlineData("Gaim", "1", "camera Aravis-Fake-T1 has no feature 'Gaim'")]
    [InlineData("GainAuto", "Sometimes", "feature 'GainAuto' of camera Aravis-Fake-T1: found 'Sometimes', "
        + "expected one of Off, Once, Continuous")]
    public void Feature_that_the_camera_does_not_take_is_refused(string name, string value, string message)
    {
        using var simulator = GenicamSimulator.Start();

        var error = Assert.Throws<CameraException>(
            () => new GenicamSource(Small with { Features = [new(name, value)] }, TimeProvider.System));

        Assert.Equal(message, error.Message);
        Assert.False(error.SourceUsable);
    }

    [Fact]
    public void Setting_that_the_camera_does_not_take_is_refused_with_what_it_takes()
    {
        using var simulator = GenicamSimulator.Start();
        string Refusal(GenicamSourceOptions options) =>
            Assert.Throws<CameraException>(() => new GenicamSource(options, TimeProvider.System)).Message;

        Assert.Equal(
            "feature 'Width' of camera Aravis-Fake-T1: found '4000', expected a whole number from 1 to 2048",
            Refusal(Small with { Width = 4000 }));
        Assert.Equal(
            "feature 'TriggerSource' of camera Aravis-Fake-T1: found 'Line7', expected one of Line0, Software",
            Refusal(Small with { Trigger = "Line7" }));
        Assert.StartsWith(
            "feature 'PixelFormat' of camera Aravis-Fake-T1: found 'Mono12', expected one of BayerBG8, BayerGB8, ",
            Refusal(Small with { PixelFormat = "Mono12" }), StringComparison.Ordinal);
        Assert.Equal(
            "the gain of camera Aravis-Fake-T1: found 11, expected 0 to 10", Refusal(Small with { Gain = 11 }));
        Assert.Equal(
            "camera Aravis-Fake-T1 has no chunks (ChunkModeActive)", Refusal(Small with { Chunks = true }));
        // The simulator's register takes what its list of formats has not: Mono12Packed.
        Assert.StartsWith(
            "pixel format 0x10c0006 of camera Aravis-Fake-T1 is not supported, expected one of Mono8, Mono10, ",
            Refusal(Small with { Features = [new("PixelFormatRegister", "0x10c0006")] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Camera_that_is_in_use_or_not_there_is_refused_by_name()
    {
        using var simulator = GenicamSimulator.Start();
        using var source = new GenicamSource(Small, TimeProvider.System);

        var busy = Assert.Throws<CameraException>(() => new GenicamSource(Small, TimeProvider.System));
        var absent = Assert.Throws<CameraException>(
            () => new GenicamSource(Small with { Id = "Basler-42" }, TimeProvider.System));

        Assert.Equal("camera Aravis-Fake-T1 is in use: another program controls it", busy.Message);
        Assert.Equal(
            "no camera 'Basler-42' was found; there are: Aravis-Fake-T1 (serial T1, 127.0.0.1)", absent.Message);
    }

    [Fact]
    public void Cameras_are_listed_and_tell_what_they_can_do()
    {
        using var simulator = GenicamSimulator.Start();

        var device = Assert.Single(GenicamCameras.List(), camera => camera.Serial == "T1");
        var probe = GenicamCameras.Probe(device.Address);

        Assert.Equal(device, probe.Device);
        var features = probe.Features.ToDictionary();
        Assert.Contains("RGB8", features["PixelFormat"].Entries);
        Assert.Equal((1, 2048), (features["Width"].Minimum!, features["Width"].Maximum!));
        Assert.Equal(["Line0", "Software"], features["TriggerSource"].Entries);
        // A period of 1 ms to 10 s.
        var rate = features["AcquisitionFrameRate"];
        Assert.Equal((0.1, 1000), (rate.Minimum!, rate.Maximum!));
    }

    public static TheoryData<GenicamSourceOptions, string> Invalid => new()
    {
        { new() { Id = "a", Width = 0 }, "Width of GenICam camera a is 0, expected 1 or more" },
        { new() { Id = "a", OffsetY = -1 }, "OffsetY of GenICam camera a is -1, expected 0 or more" },
        { new() { Id = "a", ExposureUs = 0 }, "ExposureUs of GenICam camera a is 0, expected more than 0" },
        { new() { Id = "a", PacketSize = 100 }, "PacketSize of GenICam camera a is 100, expected 220 to 65535" },
        {
            new() { Id = "a", TriggerActivation = "RisingEdge" },
            "TriggerActivation of GenICam camera a is RisingEdge, expected none without a Trigger that is a signal"
        },
        {
            new() { Id = "a", Features = [new("", "5")] },
            "Features of GenICam camera a is =5, expected a feature's name before the value"
        },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Option_out_of_range_is_refused_before_any_camera_is_asked(GenicamSourceOptions options, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => new GenicamSource(options, TimeProvider.System));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
