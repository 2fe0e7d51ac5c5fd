using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;
using static PatchCore.Edge.Tests.Cameras.ScriptedSource;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class CameraTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Camera_hands_over_every_frame_stamped_and_ends_with_its_source()
    {
        await using var camera = Open(KeepEvery, Part("a"), Part("b"));
        using (var first = await Next(camera))
        {
            Assert.Equal(
                (1, "a", _clock.GetUtcNow(), _clock.GetTimestamp()),
                (first!.Id, first.PartId, first.CapturedAt, first.CapturedTimestamp));
        }
        using (var second = await Next(camera))
            Assert.Equal((2, "b"), (second!.Id, second.PartId));
        Assert.Null(await Next(camera));
        Assert.Equal(
            new CameraStatus
            {
                State = CameraState.Ended,
                Source = "script",
                Picture = new(PictureState.Ok, 1, 1, PixelFormat.Gray8),
                Captured = 2,
            },
            camera.Status);
    }

    [Fact]
    public async Task Camera_whose_frames_nobody_takes_keeps_the_newest_and_counts_the_dropped()
    {
        await using var camera = Open(new(), Part("a"), Part("b"), Part("c"));
        var ended = Reaches(camera, CameraState.Ended);
        camera.Start();
        await ended;
        using var frame = await Next(camera);
        Assert.Equal((3, "c"), (frame!.Id, frame.PartId));
        Assert.Equal((3, 2), (camera.Captured, camera.Dropped));
    }

    [Fact]
    public async Task Lost_source_is_opened_again_after_1_5_10_60_and_60_seconds()
    {
        var opened = 0;
        await using var camera = new Camera(
            "c", () => ++opened < 6 ? throw new CameraException("no route to camera") : new ScriptedSource(Part("a")),
            KeepEvery, _clock, NullLogger.Instance);
        camera.Start();
        foreach (var seconds in new[] { 1, 5, 10, 60, 60 })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), await _clock.NextWaitAsync());
            Assert.Equal(CameraState.Reconnecting, camera.State);
            Assert.Equal("no route to camera", camera.Status.LastError);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        using var frame = await Next(camera);
        Assert.Equal("a", frame!.PartId);
        Assert.Equal(6, opened);
    }

    [Fact]
    public async Task Waits_are_up_to_a_fifth_shorter_or_longer_as_chance_has_it()
    {
        var options = new CameraOptions { StallTimeout = null, Random = new ScriptedRandom(0, 0.5, 1, 0.75) };
        await using var camera = Open(options, Throw(new CameraException("gone")));
        camera.Start();
        foreach (var seconds in new[] { 0.8, 5, 12, 66 })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), await _clock.NextWaitAsync());
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public async Task Frame_read_starts_the_waits_over_at_the_first()
    {
        var sources = new Queue<ScriptedSource>();
        for (var i = 0; i < 3; i++)
            sources.Enqueue(new ScriptedSource(Part("a"), Throw(new IOException("reset by peer"))));
        await using var camera = new Camera("c", sources.Dequeue, KeepEvery, _clock, NullLogger.Instance);
        for (var i = 0; i < 2; i++)
        {
            using var frame = await Next(camera);
            Assert.Equal(TimeSpan.FromSeconds(1), await _clock.NextWaitAsync());
            Assert.Equal(i, camera.Reopened);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Unreadable_frame_is_handed_over_as_failure_and_the_source_is_read_on()
    {
        await using var camera = Open(
            KeepEvery, Throw(new CameraException("b.png is cut off", sourceUsable: true)), Part("c"));
        using (var failed = await Next(camera))
        {
            Assert.Equal((1, "b.png is cut off"), (failed!.Id, failed.Failure));
            Assert.Throws<CameraException>(() => failed.Image);
        }

        using (var good = await Next(camera))
            Assert.Equal((2, null), (good!.Id, good.Failure));
        Assert.Null(await Next(camera));
        Assert.Equal((2, 1, 0), (camera.Captured, camera.Failures, camera.Reopened));
    }

    [Fact]
    public async Task Source_that_reports_a_picture_and_writes_none_does_not_show_the_one_before()
    {
        static bool Nothing(Frame frame, CancellationToken cancellationToken) => true;
        await using var camera = Open(
            KeepEvery with { Frames = 3 }, Part("a"), Part("b"), Part("c"), Nothing);
        for (var i = 0; i < 3; i++)
            (await Next(camera))!.Dispose();
        using var frame = await Next(camera);
        Assert.StartsWith("no picture was written into the frame", frame!.Failure, StringComparison.Ordinal);
        Assert.Throws<CameraException>(() => frame.Image);
        Assert.Equal(1, camera.Failures);
    }

    [Fact]
    public async Task Frame_without_a_picture_does_not_start_the_waits_over()
    {
        await using var camera = new Camera(
            "c", () => new ScriptedSource(
                Throw(new CameraException("a.png", sourceUsable: true)), Throw(new CameraException("gone"))),
            KeepEvery, _clock, NullLogger.Instance);
        foreach (var seconds in new[] { 1, 5, 10 })
        {
            (await Next(camera))!.Dispose();
            Assert.Equal(TimeSpan.FromSeconds(seconds), await _clock.NextWaitAsync());
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public async Task Part_that_is_lost_with_its_source_is_handed_over_as_failed()
    {
        await using var camera = Open(KeepEvery, (frame, _) =>
        {
            frame.PartId = "a";
            throw new CameraException("the disk is gone");
        });

        using var frame = await Next(camera);

        Assert.Equal((1, "a", "the disk is gone"), (frame!.Id, frame.PartId, frame.Failure));
        Assert.Equal(TimeSpan.FromSeconds(1), await _clock.NextWaitAsync());
        Assert.Equal(CameraState.Reconnecting, camera.State);
    }

    [Fact]
    public async Task Source_with_a_bug_is_a_lost_source_and_not_a_crash()
    {
        await using var camera = Open(KeepEvery, Throw(new InvalidCastException("bug")));
        camera.Start();
        await _clock.NextWaitAsync();
        Assert.Equal((CameraState.Reconnecting, "bug"), (camera.State, camera.Status.LastError));
    }

    [Fact]
    public async Task Camera_out_of_attempts_has_failed_and_says_why()
    {
        await using var camera = Open(new CameraOptions { MaxAttempts = 1 }, Throw(new CameraException("gone")));
        var error = await Assert.ThrowsAsync<CameraException>(() => Next(camera));
        Assert.Equal("camera c has failed: gone", error.Message);
        Assert.Equal(CameraState.Failed, camera.State);
    }

    [Fact]
    public async Task Camera_disposed_while_its_source_is_silent_stops_and_disposes_the_source()
    {
        var source = new ScriptedSource(Part("a"), Silent);
        var camera = new Camera("c", () => source, KeepEvery, _clock, NullLogger.Instance);
        using var frame = await Next(camera);
        var next = camera.NextAsync().AsTask();
        await camera.DisposeAsync().AsTask().WaitAsync(Soon);
        Assert.Null(await next.WaitAsync(Soon));
        Assert.True(source.Disposed);
        Assert.Equal(1, frame!.Image.Width);
    }

    [Fact]
    public async Task Camera_disposed_while_reconnecting_does_not_wait_for_the_clock()
    {
        var camera = Open(KeepEvery, Throw(new CameraException("gone")));
        camera.Start();
        await _clock.NextWaitAsync();
        await camera.DisposeAsync().AsTask().WaitAsync(Soon);
        Assert.Equal(CameraState.Ended, camera.State);
    }

    [Fact]
    public async Task Source_that_ignores_the_stop_is_left_behind_after_the_timeout()
    {
        using var hang = new ManualResetEventSlim();
        using var hanging = new ManualResetEventSlim();
        var source = new ScriptedSource((_, _) =>
        {
            hanging.Set();
            hang.Wait(CancellationToken.None);
            return true;
        });
        var camera = new Camera("c", () => source, KeepEvery, _clock, NullLogger.Instance);
        camera.Start();
        Assert.True(hanging.Wait(Soon));
        var disposing = camera.DisposeAsync().AsTask();
        Assert.Equal(TimeSpan.FromSeconds(5), await _clock.NextWaitAsync());
        Assert.False(disposing.IsCompleted);
        var ended = Reaches(camera, CameraState.Ended);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await disposing.WaitAsync(Soon);
        hang.Set();
        await ended;
    }

    [Fact]
    public async Task Camera_that_delivers_no_frames_never_said_it_was_streaming()
    {
        await using var camera = Open(KeepEvery);
        var states = new List<CameraState>();
        camera.StateChanged += (_, status) => states.Add(status.State);
        Assert.Null(await Next(camera));
        Assert.Equal([CameraState.Ended], states);
    }

    [Fact]
    public async Task Listener_that_throws_does_not_stop_the_camera()
    {
        await using var camera = Open(KeepEvery, Part("a"), Part("b"));
        camera.StateChanged += (_, _) => throw new InvalidOperationException("listener");
        (await Next(camera))!.Dispose();
        using var second = await Next(camera);
        Assert.Equal("b", second!.PartId);
    }

    [Theory]
    [InlineData("Frames of a camera is 2, expected 3 or more")]
    [InlineData("MaxAttempts of a camera is 0, expected 1 or more")]
    [InlineData("StallTimeout of a camera is 00:00:00, expected more than 0")]
    [InlineData("OpenTimeout of a camera is 00:00:00, expected more than 0")]
    [InlineData("HangTimeout of a camera is -00:00:01, expected more than 0")]
    [InlineData("MaxHung of a camera is 0, expected 1 or more")]
    [InlineData("Jitter of a camera is 1, expected 0 or more and less than 1")]
    [InlineData("Backoff of a camera is empty")]
    [InlineData("FrozenAfter of a camera is 00:00:00, expected more than 0")]
    [InlineData("Black of a camera is 1.5, expected 0 to 1")]
    [InlineData("Saturated of a camera is NaN, expected 0 to 1")]
    [InlineData("FullScale of a camera is 65536, expected 1 to 65535")]
    public void Options_out_of_range_are_named(string message)
    {
        var options = message.Split(' ')[0] switch
        {
            "Frames" => new CameraOptions { Frames = 2 },
            "MaxAttempts" => new() { MaxAttempts = 0 },
            "StallTimeout" => new() { StallTimeout = TimeSpan.Zero },
            "OpenTimeout" => new() { OpenTimeout = TimeSpan.Zero },
            "HangTimeout" => new() { HangTimeout = TimeSpan.FromSeconds(-1) },
            "MaxHung" => new() { MaxHung = 0 },
            "Jitter" => new() { Jitter = 1 },
            "Backoff" => new() { Backoff = [] },
            "FrozenAfter" => new() { Pictures = new() { FrozenAfter = TimeSpan.Zero } },
            "Black" => new() { Pictures = new() { Black = 1.5 } },
            "Saturated" => new() { Pictures = new() { Saturated = double.NaN } },
            _ => new() { Pictures = new() { FullScale = 65536 } },
        };
        Assert.StartsWith(
            message, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    /// <summary>Waits for the clock as these tests say, and for nothing else.</summary>
    private static CameraOptions KeepEvery => new() { KeepEvery = true, StallTimeout = null, Jitter = 0 };

    private static async Task<Frame?> Next(Camera camera) => await camera.NextAsync().AsTask().WaitAsync(Soon);

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

    private Camera Open(CameraOptions options, params Func<Frame, CancellationToken, bool>[] reads) =>
        new("c", () => new ScriptedSource(reads), options, _clock, NullLogger.Instance);
}
