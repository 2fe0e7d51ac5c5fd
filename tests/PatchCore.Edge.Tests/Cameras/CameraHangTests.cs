using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using static PatchCore.Edge.Tests.Cameras.ScriptedSource;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class CameraHangTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _clock = new();

    private static CameraOptions Options => new()
    {
        KeepEvery = true,
        Frames = 3,
        StallTimeout = TimeSpan.FromSeconds(10),
        OpenTimeout = TimeSpan.FromSeconds(10),
        HangTimeout = TimeSpan.FromSeconds(5),
        Jitter = 0,
    };

    [Theory]
    [InlineData(Hang.InOpen, "open", 0)]
    [InlineData(Hang.InRead, "read", 0)]
    [InlineData(Hang.InSecondRead, "read", 1)]
    internal async Task Thread_that_hangs_is_left_behind_and_its_camera_goes_on(Hang where, string verb, int before)
    {
        var hanging = new HangingSource(where);
        var opened = 0;
        await using var camera = Open(
            () => ++opened == 1 ? hanging.Open() : new ScriptedSource(Part("b"), Part("c"), Part("d"), Silent));
        camera.Start();
        for (var i = 0; i < before; i++)
            (await Next(camera)).Dispose();

        await hanging.Hanging.Task.WaitAsync(Soon);
        await _clock.PassAsync(10);
        await _clock.PassAsync(5);
        await _clock.PassAsync(1);

        // All three frames of the pool, although the thread that hangs holds one.
        var frames = new[] { await Next(camera), await Next(camera), await Next(camera) };
        Assert.Equal(["b", "c", "d"], frames.Select(frame => frame.PartId));
        var source = where == Hang.InOpen ? "camera c" : "hanging camera";
        Assert.Equal(
            $"{source}: hung in {verb} for 15 s, its thread is left behind", camera.Status.LastError);
        Assert.Equal((1, 1, before + 3), (camera.Stalls, camera.Hung, camera.Captured));

        hanging.LetGo();
        await hanging.Disposed.WaitAsync(Soon);
        Assert.Equal(before + 3, camera.Captured);
        Assert.True(hanging.Image?.IsClosed ?? true, "the frame of the thread left behind leaks");
        Assert.All(frames, frame => Assert.False(frame.Image.IsClosed));
        foreach (var frame in frames)
            frame.Dispose();
    }

    [Fact]
    public async Task Part_that_a_thread_hangs_on_is_handed_over_as_failed()
    {
        var hanging = new HangingSource(Hang.InRead, "part-7");
        await using var camera = Open(hanging.Open);
        camera.Start();
        await hanging.Hanging.Task.WaitAsync(Soon);
        await _clock.PassAsync(10);
        await _clock.PassAsync(5);
        using var frame = await Next(camera);
        Assert.Equal(
            ("part-7", "hanging camera: hung in read for 15 s, its thread is left behind"),
            (frame.PartId, frame.Failure));
        Assert.Equal((1, 1), (camera.Captured, camera.Failures));
        hanging.LetGo();
        await hanging.Disposed.WaitAsync(Soon);
    }

    [Fact]
    public async Task Camera_piles_up_three_threads_and_then_waits_for_one_to_return()
    {
        var hanging = Enumerable.Range(0, 3).Select(_ => new HangingSource(Hang.InRead)).ToArray();
        var opened = 0;
        await using var camera = Open(
            () => opened < 3 ? hanging[opened++].Open() : new ScriptedSource(Part("a"), Silent));
        var full = new TaskCompletionSource();
        camera.StateChanged += (_, status) =>
        {
            if (status.LastError?.Contains("3 threads", StringComparison.Ordinal) == true)
                full.SetResult();
        };
        camera.Start();
        foreach (var (source, backoff) in hanging.Zip([1, 5, 10]))
        {
            await source.Hanging.Task.WaitAsync(Soon);
            await _clock.PassAsync(10);
            await _clock.PassAsync(5);
            await _clock.PassAsync(backoff);
        }

        await full.Task.WaitAsync(Soon);
        Assert.Equal((CameraState.Stalled, 3), (camera.State, camera.Hung));
        Assert.Equal(
            "hanging camera: 3 threads hang in it; it is opened again when one of them returns",
            camera.Status.LastError);

        hanging[1].LetGo();
        using var frame = await Next(camera);
        Assert.Equal(("a", 3), (frame.PartId, opened));
        hanging[0].LetGo();
        hanging[2].LetGo();
        await Task.WhenAll(hanging.Select(source => source.Disposed)).WaitAsync(Soon);
    }

    [Fact]
    public async Task Camera_is_disposed_promptly_while_a_thread_left_behind_still_hangs()
    {
        var hanging = new HangingSource(Hang.InRead);
        var camera = Open(hanging.Open);
        camera.Start();
        await hanging.Hanging.Task.WaitAsync(Soon);
        await _clock.PassAsync(10);
        await _clock.PassAsync(5);
        await _clock.NextWaitAsync();
        await camera.DisposeAsync().AsTask().WaitAsync(Soon);
        Assert.Equal(CameraState.Ended, camera.State);
        Assert.False(hanging.Image!.IsClosed);
        hanging.LetGo();
        await hanging.Disposed.WaitAsync(Soon);
        Assert.True(hanging.Image.IsClosed);
    }

    [Fact]
    public async Task Other_cameras_do_not_notice_a_thread_that_hangs()
    {
        var hanging = new HangingSource(Hang.InRead);
        var brief = new CameraOptions
        {
            KeepEvery = true,
            StallTimeout = TimeSpan.FromMilliseconds(100),
            OpenTimeout = TimeSpan.FromMilliseconds(100),
            HangTimeout = TimeSpan.FromMilliseconds(50),
        };
        await using var bad = new Camera("bad", hanging.Open, brief, TimeProvider.System, NullLogger.Instance);
        await using var good = new Camera(
            "good", () => new SimulatedLine(
                new() { Width = 64, Height = 64, Interval = TimeSpan.FromMilliseconds(5), Count = 100 },
                TimeProvider.System),
            Options, TimeProvider.System, NullLogger.Instance);
        bad.Start();
        for (var i = 0; i < 100; i++)
        {
            using var frame = await Next(good);
            Assert.Equal((i + 1, null), (frame.Id, frame.Failure));
        }

        Assert.Equal((0, 0, 0), (good.Stalls, good.Reopened, good.Failures));
        while (bad.Hung == 0)
            await Task.Delay(5);
        await bad.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3));
        hanging.LetGo();
        await hanging.Disposed.WaitAsync(Soon);
        Assert.True(hanging.Image!.IsClosed);
    }

    [Fact]
    public async Task Source_that_has_ended_and_hangs_in_its_close_is_not_opened_again()
    {
        var hanging = new HangingSource(Hang.InClose);
        var opened = 0;
        await using var camera = Open(() =>
        {
            opened++;
            return hanging.Open();
        });
        camera.Start();
        await hanging.Hanging.Task.WaitAsync(Soon);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await camera.NextAsync().AsTask().WaitAsync(Soon));
        Assert.Equal((CameraState.Ended, 1, 0, 1), (camera.State, opened, camera.Stalls, camera.Hung));
        hanging.LetGo();
        await hanging.Disposed.WaitAsync(Soon);
    }

    private static async Task<Frame> Next(Camera camera) => (await camera.NextAsync().AsTask().WaitAsync(Soon))!;

    private Camera Open(Func<IFrameSource> open) => new("c", open, Options, _clock, NullLogger.Instance);
}
