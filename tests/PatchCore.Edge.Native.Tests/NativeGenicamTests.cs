using System.Diagnostics;

namespace PatchCore.Edge.Native.Tests;

public sealed class NativeGenicamTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public void List_names_what_the_camera_is()
    {
        using var simulator = GenicamSimulator.Start("LIST1");

        var cameras = NativeGenicam.List();

        Assert.Contains(
            new GenicamDevice("Aravis-Fake-LIST1", "Aravis", "Fake", "LIST1", "127.0.0.1", "GigE Vision"), cameras);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("OPEN1")]
    [InlineData("Aravis-Fake-OPEN1")]
    [InlineData("")]
    public void Open_finds_a_camera_by_address_serial_number_id_or_being_the_only_one(string id)
    {
        using var simulator = GenicamSimulator.Start("OPEN1");

        using var camera = NativeGenicam.Open(id);

        Assert.Equal(
            new GenicamDevice("Aravis-Fake-OPEN1", "Aravis", "Fake", "OPEN1", "127.0.0.1", "GigE Vision"),
            camera.Device);
        Assert.Equal("Aravis", camera.Get("DeviceVendorName"));
    }

    [Fact]
    public void Open_of_a_camera_that_is_not_there_names_those_that_are()
    {
        using var simulator = GenicamSimulator.Start("T1");
        var before = NativeLibraryInfo.LiveHandles;

        var error = Assert.Throws<NativeException>(() => NativeGenicam.Open("T2"));

        Assert.Equal(
            "no camera 'T2' was found; there are: Aravis-Fake-T1 (serial T1, 127.0.0.1)", error.Message);
        Assert.Equal(before, NativeLibraryInfo.LiveHandles);
    }

    [Fact]
    public void Open_of_a_camera_that_is_in_use_says_so()
    {
        using var simulator = GenicamSimulator.Start();
        using var first = NativeGenicam.Open("127.0.0.1");

        var error = Assert.Throws<NativeException>(() => NativeGenicam.Open("127.0.0.1"));

        Assert.Equal("camera Aravis-Fake-T1 is in use: another program controls it", error.Message);
    }

    [Theory]
    [InlineData("Width", "200", "200")]
    [InlineData("Width", "0x80", "128")]
    [InlineData("PixelFormat", "RGB8", "RGB8")]
    [InlineData("ExposureTimeAbs", "2500", "2500")]
    [InlineData("TestBoolean", "true", "true")]
    [InlineData("TestStringReg", "line 4", "line 4")]
    public void Set_feature_reads_back(string feature, string value, string expected)
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = NativeGenicam.Open("127.0.0.1");

        camera.Set(feature, value);

        Assert.Equal(expected, camera.Get(feature));
    }

    [Theory]
    [InlineData("Wdith", "100", "camera Aravis-Fake-T1 has no feature 'Wdith'")]
    [InlineData("Width", "5000", "feature 'Width' of camera Aravis-Fake-T1: found '5000', "
        + "expected a whole number from 1 to 2048")]
    [InlineData("Width", "12.5", "feature 'Width' of camera Aravis-Fake-T1: found '12.5', "
        + "expected a whole number from 1 to 2048")]
    [InlineData("ExposureTimeAbs", "1", "feature 'ExposureTimeAbs' of camera Aravis-Fake-T1: found '1', "
        + "expected a number from 10 to 10000000")]
    [InlineData("TriggerMode", "on", "feature 'TriggerMode' of camera Aravis-Fake-T1: found 'on', "
        + "expected one of Off, On")]
    [InlineData("TestBoolean", "yes", "feature 'TestBoolean' of camera Aravis-Fake-T1: found 'yes', "
        + "expected true or false")]
    [InlineData("TriggerSoftware", "1", "feature 'TriggerSoftware' of camera Aravis-Fake-T1: found '1', "
        + "expected execute (it is a command)")]
    [InlineData("SensorWidth", "100", "feature 'SensorWidth' of camera Aravis-Fake-T1 cannot be set (now)")]
    [InlineData("Root", "1", "feature 'Root' of camera Aravis-Fake-T1 has no value")]
    public void Set_refuses_what_the_feature_does_not_take(string feature, string value, string message)
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = NativeGenicam.Open("127.0.0.1");

        var error = Assert.Throws<NativeException>(() => camera.Set(feature, value));

        Assert.Equal(message, error.Message);
        Assert.Equal(NativeErrorCode.Argument, error.Code);
    }

    [Fact]
    public void Set_control_refuses_what_is_out_of_range()
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = NativeGenicam.Open("127.0.0.1");

        camera.Set(GenicamControl.ExposureTime, 5000);
        camera.Set(GenicamControl.Gain, 3);
        camera.Set(GenicamControl.FrameRate, 50);
        var error = Assert.Throws<NativeException>(() => camera.Set(GenicamControl.ExposureTime, 5));

        Assert.Equal("5000", camera.Get("ExposureTimeAbs"));
        Assert.Equal("3", camera.Get("GainRaw"));
        Assert.Equal("50", camera.Get("AcquisitionFrameRate"));
        Assert.Equal(
            "the exposure time in microseconds of camera Aravis-Fake-T1: found 5, expected 10 to 10000000",
            error.Message);
    }

    [Fact]
    public void Inspect_tells_range_and_entries()
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = NativeGenicam.Open("127.0.0.1");

        var width = camera.Inspect("Width")!;
        var source = camera.Inspect("TriggerSource")!;
        var exposure = camera.Inspect("ExposureTimeAbs")!;

        Assert.Equal(
            (GenicamFeatureKind.WholeNumber, true, "512", 1, 2048, 1),
            (width.Kind, width.Writable, width.Value, width.Minimum!, width.Maximum!, width.Increment!));
        Assert.Equal((GenicamFeatureKind.Enumeration, "Line0"), (source.Kind, source.Value));
        Assert.Equal(["Line0", "Software"], source.Entries);
        Assert.Equal((GenicamFeatureKind.Number, 10, 1e7), (exposure.Kind, exposure.Minimum!, exposure.Maximum!));
        Assert.Equal(GenicamFeatureKind.Command, camera.Inspect("AcquisitionStart")!.Kind);
        Assert.False(camera.Inspect("SensorWidth")!.Writable);
        Assert.Null(camera.Inspect("Wdith"));
    }

    [Fact]
    public void Read_gives_pictures_and_their_times_in_order()
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = Small();
        using var image = NativeImage.Empty();
        camera.Set(GenicamControl.FrameRate, 100);
        camera.Start(new GenicamStreamOptions());

        var reads = new List<GenicamRead>();
        for (var i = 0; i < 5; i++)
        {
            var read = Next(camera, image);
            reads.Add(read);
            Assert.Equal((GenicamReadState.Picture, ""), (read.State, read.Reason));
            Assert.Equal((64, 32, PixelFormat.Gray8), (image.Width, image.Height, image.Format));
            // The simulator's ramp: (x + y + frame) modulo 255, at an exposure time of 10 ms and no gain.
            var expected = Enumerable.Range(0, 32).SelectMany(y => Enumerable.Range(0, 64)
                .Select(x => (byte)((x + y + (int)read.FrameId) % 255)));
            Assert.Equal(expected, image.Pixels.ToArray());
        }

        Assert.Equal(Enumerable.Range((int)reads[0].FrameId, 5), reads.Select(read => (int)read.FrameId));
        Assert.All(
            reads.Zip(reads.Skip(1)),
            pair => Assert.InRange(pair.Second.TimeNanoseconds - pair.First.TimeNanoseconds, 1, 1_000_000_000));
        Assert.InRange(camera.Statistics.Completed, 5UL, 100UL);
        Assert.Equal(0UL, camera.Statistics.Failed);
    }

    [Fact]
    public void Frame_that_lost_packets_is_no_picture()
    {
        using var simulator = GenicamSimulator.Start(lostPackets: 100);
        using var camera = NativeGenicam.Open("127.0.0.1");
        using var image = NativeImage.Empty();
        camera.Set(GenicamControl.FrameRate, 100);
        camera.Start(new GenicamStreamOptions
        {
            PacketSize = 1500,
            PacketResend = false,
            FrameRetention = TimeSpan.FromMilliseconds(50),
        });

        // 176 packets a frame, each lost with a chance of 1 in 10: whole is one in 100 million.
        var read = Next(camera, image);

        Assert.Equal(GenicamReadState.Incomplete, read.State);
        Assert.Matches("^packets (are missing|came too late)$", read.Reason);
        Assert.True(image.IsEmpty);
        Assert.NotEqual(0UL, camera.Statistics.Failed);
        Assert.NotEqual(0UL, camera.Statistics.MissingPackets);
    }

    [Fact]
    public void Read_of_a_camera_that_is_gone_says_so()
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = Small();
        using var image = NativeImage.Empty();
        camera.Start(new GenicamStreamOptions());
        Assert.Equal(GenicamReadState.Picture, Next(camera, image).State);

        simulator.Kill();

        var waited = Stopwatch.StartNew();
        GenicamRead read;
        do
            read = camera.Read(image, TimeSpan.FromMilliseconds(50));
        while (read.State != GenicamReadState.Lost && waited.Elapsed < TimeSpan.FromSeconds(20));
        Assert.Equal(GenicamReadState.Lost, read.State);
    }

    [Fact]
    public void Read_waits_no_longer_than_it_should()
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = NativeGenicam.Open("127.0.0.1");
        using var image = NativeImage.Empty();
        camera.Set("TriggerMode", "On");
        camera.Start(new GenicamStreamOptions());

        var waited = Stopwatch.StartNew();
        var read = camera.Read(image, TimeSpan.FromMilliseconds(100));

        Assert.Equal(GenicamReadState.None, read.State);
        Assert.InRange(waited.ElapsedMilliseconds, 99, 2000);
    }

    [Fact]
    public void Start_twice_or_read_before_it_is_refused()
    {
        using var simulator = GenicamSimulator.Start();
        using var camera = NativeGenicam.Open("127.0.0.1");
        using var image = NativeImage.Empty();

        var early = Assert.Throws<NativeException>(() => camera.Read(image, TimeSpan.Zero));
        camera.Start(new GenicamStreamOptions());
        var twice = Assert.Throws<NativeException>(() => camera.Start(new GenicamStreamOptions()));

        Assert.Equal("camera Aravis-Fake-T1 has not been started", early.Message);
        Assert.Equal("camera Aravis-Fake-T1 takes pictures already", twice.Message);
    }

    [Fact]
    public void Closed_camera_is_free_for_the_next_and_leaves_no_handle()
    {
        using var simulator = GenicamSimulator.Start();
        using var image = NativeImage.Empty();
        var before = NativeLibraryInfo.LiveHandles;
        for (var i = 0; i < 5; i++)
        {
            using var camera = Small();
            camera.Start(new GenicamStreamOptions());
            Assert.Equal(GenicamReadState.Picture, Next(camera, image).State);
        }

        Assert.Equal(before, NativeLibraryInfo.LiveHandles);
    }

    /// <summary>The simulator's camera with pictures so small that they fit any socket's buffer.</summary>
    private static NativeGenicam Small()
    {
        var camera = NativeGenicam.Open("127.0.0.1");
        camera.Set("Width", "64");
        camera.Set("Height", "32");
        return camera;
    }

    private static GenicamRead Next(NativeGenicam camera, NativeImage image)
    {
        var read = camera.Read(image, Soon);
        Assert.NotEqual(GenicamReadState.None, read.State);
        return read;
    }
}
