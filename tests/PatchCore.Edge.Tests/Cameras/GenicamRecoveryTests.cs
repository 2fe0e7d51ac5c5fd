using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

[Collection(nameof(GenicamSimulator))]
public sealed class GenicamRecoveryTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly FramePool _pool = new(1);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Camera_that_gives_no_picture_in_time_is_lost()
    {
        using var simulator = GenicamSimulator.Start();
        using var source = new GenicamSource(
            GenicamSourceTests.Small with { FramesPerSecond = 1, Timeout = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        using var frame = _pool.Rent();

        var error = Assert.Throws<CameraException>(() =>
        {
            while (source.TryRead(frame, default))
            {
            }
        });

        Assert.Equal("camera Aravis-Fake-T1 gave no picture within 0.2 s", error.Message);
        Assert.False(error.SourceUsable);
    }

    [Fact]
    public void Frame_that_lost_packets_fails_and_the_source_goes_on()
    {
        using var simulator = GenicamSimulator.Start(lostPackets: 100);
        using var source = new GenicamSource(
            GenicamSourceTests.Small with { Width = 512, Height = 64, PacketSize = 1500 }, TimeProvider.System);
        using var frame = _pool.Rent();

        // 26 packets a frame, each lost with a chance of 1 in 10.
        CameraException? error = null;
        for (var i = 0; i < 50 && error is null; i++)
            error = Record.Exception(() => source.TryRead(frame, default)) as CameraException;

        Assert.Matches(@"^frame \d+ of camera Aravis-Fake-T1 is incomplete: packets (are missing|came too late)$", error!.Message);
        Assert.True(error.SourceUsable);
        _ = Record.Exception(() => source.TryRead(frame, default));
    }

    [Fact]
    public async Task Camera_that_went_away_is_opened_again_when_it_is_back()
    {
        using var simulator = GenicamSimulator.Start();
        await using var camera = new Camera(
            "line-1", () => new GenicamSource(GenicamSourceTests.Small with { Timeout = TimeSpan.FromSeconds(1) }, TimeProvider.System),
            new CameraOptions { Backoff = [TimeSpan.FromMilliseconds(100)] }, TimeProvider.System, NullLogger.Instance);
        var reconnecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        camera.StateChanged += (_, status) =>
        {
            if (status.State == CameraState.Reconnecting)
                reconnecting.TrySetResult();
        };
        var ids = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            using var frame = await camera.NextAsync().AsTask().WaitAsync(Soon);
            ids.Add(frame!.Id);
        }

        simulator.Kill();
        await reconnecting.Task.WaitAsync(Soon);
        simulator.Resume();

        while (camera.Reopened == 0 || camera.State != CameraState.Streaming)
        {
            using var frame = await camera.NextAsync().AsTask().WaitAsync(Soon);
            ids.Add(frame!.Id);
            Assert.Null(frame.Failure);
        }

        Assert.Equal(ids.Order().Distinct(), ids);
        Assert.InRange(camera.Reopened, 1, 10);
    }
}
