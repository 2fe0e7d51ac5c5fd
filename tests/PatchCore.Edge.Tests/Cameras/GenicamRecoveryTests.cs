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
        using var source = Open(
            GenicamSourceTests.Small with { FramesPerSecond = 1, Timeout = TimeSpan.FromMilliseconds(200) });
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
        // 24 packets a frame, of which 3 in 100 are lost: about every second frame is whole.
        using var simulator = GenicamSimulator.Start(lostPackets: 30);
        using var source = Open(GenicamSourceTests.Small with { Width = 512, Height = 64, PacketSize = 1500 });
        using var frame = _pool.Rent();
        CameraException? error = null;
        var whole = false;
        for (var i = 0; i < 200 && !(whole && error is not null); i++)
        {
            try
            {
                whole = source.TryRead(frame, default) && error is not null;
            }
            catch (CameraException failed)
            {
                error = failed;
            }
        }

        Assert.True(whole);
        Assert.Matches(
            @"^frame \d+ of camera Aravis-Fake-T1 is incomplete: packets (are missing|came too late)$", error!.Message);
        Assert.True(error.SourceUsable);
    }

    [Fact]
    public async Task Camera_that_went_away_is_opened_again_when_it_is_back()
    {
        using var simulator = GenicamSimulator.Start();
        await using var camera = new Camera(
            "line-1", () => Open(GenicamSourceTests.Small with { Timeout = TimeSpan.FromSeconds(1) }),
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

    private static GenicamSource Open(GenicamSourceOptions options) => new(options, TimeProvider.System);
}
