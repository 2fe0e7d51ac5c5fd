using System.Diagnostics;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

[Collection(nameof(GenicamSimulator))]
public sealed class GenicamTriggerTests : IDisposable
{
    private readonly FramePool _pool = new(1);
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Software_trigger_gives_one_picture_each()
    {
        using var simulator = GenicamSimulator.Start();
        using var source = Open();
        using var frame = _pool.Rent();
        var times = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            using var canceled = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
            Assert.Throws<OperationCanceledException>(() => source.TryRead(frame, canceled.Token));

            source.Trigger();

            Assert.True(source.TryRead(frame, default));
            times.Add(frame.CameraTime!.Value);
        }

        // Nor does any of them come to be overdue.
        _clock.Advance(TimeSpan.FromHours(1));
        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
        Assert.Throws<OperationCanceledException>(() => source.TryRead(frame, later.Token));
        Assert.Equal(times.Order().Distinct(), times);
    }

    [Fact]
    public void Trigger_without_a_picture_in_time_fails_its_part_and_then_the_source()
    {
        // It takes the order, and not one packet arrives.
        using var simulator = GenicamSimulator.Start(lostPackets: 1000);
        using var source = Open();
        using var frame = _pool.Rent();
        source.Trigger();
        _clock.Advance(TimeSpan.FromSeconds(2));

        var part = Assert.Throws<CameraException>(() => source.TryRead(frame, default));
        var lost = Assert.Throws<CameraException>(() => source.TryRead(frame, default));

        Assert.Equal("camera Aravis-Fake-T1 gave no picture within 2 s of its trigger", part.Message);
        Assert.True(part.SourceUsable);
        Assert.Equal("camera Aravis-Fake-T1 does not answer to triggers", lost.Message);
        Assert.False(lost.SourceUsable);
    }

    [Fact]
    public void Trigger_of_a_camera_that_hangs_loses_it()
    {
        using var simulator = GenicamSimulator.Start();
        using var source = Open();
        using var frame = _pool.Rent();
        source.Trigger();
        Assert.True(source.TryRead(frame, default));
        simulator.Freeze();

        var refused = Assert.Throws<CameraException>(source.Trigger);
        var lost = Assert.Throws<CameraException>(() => source.TryRead(frame, default));

        Assert.StartsWith(
            "feature 'TriggerSoftware' of camera Aravis-Fake-T1 cannot be executed: ", refused.Message,
            StringComparison.Ordinal);
        Assert.Equal("camera Aravis-Fake-T1 does not answer any more", lost.Message);
        Assert.False(lost.SourceUsable);
    }

    [Fact]
    public void Trigger_of_a_camera_that_runs_by_itself_is_refused()
    {
        using var simulator = GenicamSimulator.Start();
        using var source = new GenicamSource(GenicamSourceTests.Small, TimeProvider.System);

        var error = Assert.Throws<CameraException>(source.Trigger);

        Assert.Equal("camera Aravis-Fake-T1 is not triggered by software, found trigger off", error.Message);
    }

    [Fact]
    public void Read_that_waits_for_a_signal_is_canceled_at_once()
    {
        using var simulator = GenicamSimulator.Start();
        var options = GenicamSourceTests.Small with
        {
            Trigger = "Line0",
            TriggerActivation = "RisingEdge",
            Timeout = TimeSpan.FromMilliseconds(50), // of no meaning: a signal may take its time
        };
        using var source = new GenicamSource(options, TimeProvider.System);
        using var frame = _pool.Rent();
        using var canceled = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        canceled.CancelAfter(300);

        Assert.Throws<OperationCanceledException>(() => source.TryRead(frame, canceled.Token));

        // 50 ms after it by design; the rest is for a machine that is busy.
        Assert.InRange(
            Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(290), TimeSpan.FromMilliseconds(2300));
    }

    /// <summary>A camera that waits for its order, and whose pictures are due within 2 s by the test's clock.</summary>
    private GenicamSource Open() => new(
        GenicamSourceTests.Small with
        {
            Trigger = GenicamSourceOptions.SoftwareTrigger,
            Timeout = TimeSpan.FromSeconds(2),
        },
        _clock);
}
