using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

/// <summary>Cameras that go away and come back, on a real server and the real clock.</summary>
public sealed class RtspCameraTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly CameraOptions Impatient = new() { Backoff = [TimeSpan.FromMilliseconds(100)] };

    [Theory]
    [InlineData(RtspBackend.Ffmpeg)]
    [InlineData(RtspBackend.GStreamer)]
    public async Task Camera_whose_server_is_killed_and_comes_back_goes_on_counting(RtspBackend backend)
    {
        var server = RtspCamera.Start();
        try
        {
            await using var camera = Open(server.Url, backend);
            var last = (await IdsAsync(camera, 3))[^1];
            var lost = Reaches(camera, CameraState.Reconnecting);
            server.Dispose();
            await lost;
            var failed = camera.Status.LastError;
            Assert.StartsWith($"RTSP camera {server.Url}: ", failed, StringComparison.Ordinal);

            server = RtspCamera.Start("--port", server.Port.ToString(CultureInfo.InvariantCulture));
            Assert.True((await IdsAsync(camera, 10))[0] > last);
            Assert.True(camera.Reopened >= 1);
            Assert.Equal(CameraState.Streaming, camera.State);
        }
        finally
        {
            server.Dispose();
        }
    }

    [Fact]
    public async Task Camera_that_is_dead_does_not_slow_the_other_one_down()
    {
        using var server = RtspCamera.Start("--rate", "25");
        using var mute = new MuteServer();
        await using var dead = Open(RtspCamera.UrlOf(mute.Port), RtspBackend.Ffmpeg);
        await using var alive = Open(server.Url, RtspBackend.Ffmpeg);
        dead.Start();
        await mute.Connected;
        (await alive.NextAsync().AsTask().WaitAsync(Soon))!.Dispose();
        var clock = Stopwatch.StartNew();
        var before = alive.Captured;
        await IdsAsync(alive, 40);
        // 25 frames a second, of which a busy machine may cost some; a wait for the dead one would leave none.
        Assert.InRange((alive.Captured - before) / clock.Elapsed.TotalSeconds, 12.5, 60);
        Assert.Equal(0, dead.Captured);
    }

    private static Camera Open(string url, RtspBackend backend) => new(
        "line", () => new RtspSource(new() { Url = url, Backend = backend }), Impatient, TimeProvider.System,
        NullLogger.Instance);

    private static Task Reaches(Camera camera, CameraState state)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        camera.StateChanged += (_, status) =>
        {
            if (status.State == state)
                reached.TrySetResult();
        };
        return reached.Task.WaitAsync(Soon);
    }

    private static async Task<List<long>> IdsAsync(Camera camera, int count)
    {
        var ids = new List<long>();
        while (ids.Count < count)
        {
            using var frame = await camera.NextAsync().AsTask().WaitAsync(Soon);
            Assert.Null(frame!.Failure);
            ids.Add(frame.Id);
        }

        Assert.Equal(ids.Distinct().Order(), ids);
        return ids;
    }
}
