using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class CameraPictureTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Black_frame_is_a_failure_and_the_state_says_so_once()
    {
        await using var camera = Open(new(), Gray(90), Gray(0), Gray(0), Gray(90));
        var pictures = new List<(CameraState, PictureState?)>();
        camera.StateChanged += (_, status) => pictures.Add((status.State, status.Picture?.State));

        var failures = new List<string?>();
        while (await Next(camera) is { } frame)
        {
            failures.Add(frame.Failure);
            frame.Dispose();
        }

        const string black = "the picture is black: 99.5 % of it is at or below 2.0 % of full scale";
        Assert.Equal([null, black, black, null], failures);
        Assert.Equal(
            [
                (CameraState.Streaming, PictureState.Ok), (CameraState.Streaming, PictureState.Black),
                (CameraState.Ended, PictureState.Black),
            ],
            pictures);
        Assert.Equal((4, 2), (camera.Captured, camera.Failures));
    }

    [Fact]
    public async Task Black_frame_is_only_reported_when_so_told()
    {
        await using var camera = Open(new() { RefuseBlack = false }, Gray(0));
        using var frame = await Next(camera);
        Assert.Null(frame!.Failure);
        Assert.Equal((PictureState.Black, 0), (camera.Status.Picture!.State, camera.Failures));
    }

    [Fact]
    public async Task Camera_that_changes_its_resolution_while_running_is_resized()
    {
        await using var camera = Open(new(), Gray(90), Gray(90, width: 48));
        (await Next(camera))!.Dispose();
        using var frame = await Next(camera);
        Assert.Equal((48, null), (frame!.Image.Width, frame.Failure));
        Assert.Equal(new PictureStatus(PictureState.Resized, 48, 64, PixelFormat.Gray8), camera.Status.Picture);
    }

    [Fact]
    public async Task Frozen_camera_gets_no_verdict_on_its_old_picture()
    {
        Func<Frame, CancellationToken, bool> LaterBy(int seconds) => (frame, token) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            return Gray(90)(frame, token);
        };
        await using var camera = Open(new(), LaterBy(0), LaterBy(5), LaterBy(5), LaterBy(5));
        for (var i = 0; i < 3; i++)
        {
            using var frame = await Next(camera);
            Assert.Null(frame!.Failure);
        }

        using var frozen = await Next(camera);
        Assert.Equal("the picture is frozen: it has been the same for more than 10 s", frozen!.Failure);
    }

    [Fact]
    public async Task Status_tells_the_frame_rate()
    {
        Func<Frame, CancellationToken, bool> later = (frame, token) =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            return Gray(90)(frame, token);
        };
        await using var camera = Open(new(), later, later, later, later, ScriptedSource.Silent);
        for (var i = 0; i < 4; i++)
            (await Next(camera))!.Dispose();
        Assert.Equal(50, camera.Status.FramesPerSecond);
    }

    private static Func<Frame, CancellationToken, bool> Gray(byte value, int width = 64) => (frame, _) =>
    {
        frame.Prepare(width, 64, PixelFormat.Gray8).Pixels.Fill(value);
        return true;
    };

    private static async Task<Frame?> Next(Camera camera) => await camera.NextAsync().AsTask().WaitAsync(Soon);

    private Camera Open(PictureCheckOptions pictures, params Func<Frame, CancellationToken, bool>[] reads) => new(
        "c", () => new ScriptedSource(reads),
        new CameraOptions { KeepEvery = true, StallTimeout = null, Pictures = pictures }, _clock, NullLogger.Instance);
}
