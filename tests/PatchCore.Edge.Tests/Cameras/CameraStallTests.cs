using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using static PatchCore.Edge.Tests.Cameras.ScriptedSource;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class CameraStallTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _clock = new();
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CameraOptions Options => new()
    {
        KeepEvery = true,
        Frames = 3,
        StallTimeout = TimeSpan.FromSeconds(10),
        OpenTimeout = TimeSpan.FromSeconds(10),
        HangTimeout = TimeSpan.FromSeconds(5),
        Jitter = 0,
    };

    [Fact]
    public async Task Source_that_gives_nothing_is_stalled_after_10_s_and_opened_again()
    {
        var silent = new ScriptedSource(Part("a"), SilentFromNow);
        var sources = new Queue<IFrameSource>([silent, new ScriptedSource(Part("b"), Silent)]);
        await using var camera = Open(sources.Dequeue);
        (await Next(camera)).Dispose();

        await _silent.Task.WaitAsync(Soon);
        await _clock.PassAsync(10);
        await _clock.PassAsync(1);
        using var frame = await Next(camera);

        Assert.Equal("b", frame.PartId);
        Assert.True(silent.Disposed);
        Assert.Equal("script: no frame for 10 s", camera.Status.LastError);
        Assert.Equal((1, 0, 1), (camera.Stalls, camera.Hung, camera.Reopened));
    }

    [Fact]
    public async Task Stalled_camera_says_so_until_a_picture_comes()
    {
        var sources = new Queue<IFrameSource>(
            [new ScriptedSource(Part("a"), SilentFromNow), new ScriptedSource(Part("b"))]);
        await using var camera = Open(sources.Dequeue);
        var states = new List<(CameraState, string?)>();
        camera.StateChanged += (_, status) => states.Add((status.State, status.LastError));
        (await Next(camera)).Dispose();
        await _silent.Task.WaitAsync(Soon);
        await _clock.PassAsync(10);
        await _clock.PassAsync(1);
        (await Next(camera)).Dispose();
        Assert.Null(await camera.NextAsync().AsTask().WaitAsync(Soon));
        Assert.Equal(
            [
                (CameraState.Streaming, null), (CameraState.Stalled, "script: no frame for 10 s"),
                (CameraState.Streaming, "script: no frame for 10 s"),
                (CameraState.Ended, "script: no frame for 10 s"),
            ],
            states);
    }

    [Fact]
    public async Task Source_that_waits_and_says_so_is_not_stalled_until_it_falls_silent()
    {
        using var look = new SemaphoreSlim(0);
        using var looked = new SemaphoreSlim(0);
        await using var camera = Open(() => new ScriptedSource(Part("a"), (frame, cancellationToken) =>
        {
            while (true)
            {
                frame.KeepWaiting();
                looked.Release();
                look.Wait(cancellationToken);
            }
        }));
        (await Next(camera)).Dispose();
        Assert.True(await looked.WaitAsync(Soon));
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(9));
            look.Release();
            Assert.True(await looked.WaitAsync(Soon));
        }

        Assert.Equal(0, camera.Stalls);
        var stalled = new TaskCompletionSource<string?>();
        camera.StateChanged += (_, status) => stalled.TrySetResult(status.LastError);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("script: no frame for 10 s", await stalled.Task.WaitAsync(Soon));
    }

    [Fact]
    public async Task Source_that_waits_for_a_trigger_is_never_stalled()
    {
        await using var camera = Open(
            () => new ScriptedSource(Part("a"), Silent) { MayWait = Timeout.InfiniteTimeSpan });
        (await Next(camera)).Dispose();
        for (var i = 0; i < 5; i++)
            await _clock.PassAsync(10);
        await _clock.NextWaitAsync();
        Assert.Equal((CameraState.Streaming, 0), (camera.State, camera.Stalls));
    }

    [Fact]
    public async Task Camera_whose_frames_are_all_in_use_is_not_stalled()
    {
        await using var camera = Open(() => new ScriptedSource(Part("a"), Part("b"), Part("c"), Part("d")));
        var frames = new[] { await Next(camera), await Next(camera), await Next(camera) };
        for (var i = 0; i < 5; i++)
            await _clock.PassAsync(10);
        await _clock.NextWaitAsync();
        Assert.Equal(0, camera.Stalls);
        foreach (var frame in frames)
            frame.Dispose();
        using var last = await Next(camera);
        Assert.Equal("d", last.PartId);
    }

    private static async Task<Frame> Next(Camera camera) => (await camera.NextAsync().AsTask().WaitAsync(Soon))!;

    private Camera Open(Func<IFrameSource> open) => new("c", open, Options, _clock, NullLogger.Instance);

    private bool SilentFromNow(Frame frame, CancellationToken cancellationToken)
    {
        _silent.TrySetResult();
        return Silent(frame, cancellationToken);
    }
}
