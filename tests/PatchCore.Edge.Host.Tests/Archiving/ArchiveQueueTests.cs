using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Archiving;

public sealed class ArchiveQueueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FramePool _pool = new(1);
    private readonly PictureArchive _archive;
    private readonly CameraArchive _camera;

    public ArchiveQueueTests()
    {
        _archive = new PictureArchive(
            "s1", new() { Path = _folder["archive"] }, _ => { }, new BenchTime(), NullLogger.Instance);
        _camera = _archive.For("top", new HeatmapSettings());
    }

    [Fact]
    public void Samples_of_pass_leave_half_of_the_slots_to_what_matters_more()
    {
        using var queue = new ArchiveQueue(4);

        Assert.NotNull(queue.Rent(_camera, Verdict.Pass));
        Assert.NotNull(queue.Rent(_camera, Verdict.Pass));
        Assert.Null(queue.Rent(_camera, Verdict.Pass));
        Assert.NotNull(queue.Rent(_camera, Verdict.Fail));
        Assert.NotNull(queue.Rent(_camera, Verdict.Fail));

        Assert.Equal(new SkippedFrames(1, 0, 0), queue.Skipped);
    }

    [Fact]
    public void Frame_that_failed_takes_the_place_of_the_newest_sample_that_waits_and_then_is_skipped()
    {
        using var queue = new ArchiveQueue(4);
        var (older, newer) = (Submit(queue, Verdict.Pass), Submit(queue, Verdict.Pass));
        var (first, second) = (Submit(queue, Verdict.Fail), Submit(queue, Verdict.Fail));

        Assert.Same(newer, Submit(queue, Verdict.Fail));
        Assert.Same(older, Submit(queue, Verdict.Error));
        Assert.Null(queue.Rent(_camera, Verdict.Fail));
        Assert.Null(queue.Rent(_camera, Verdict.Error));

        Assert.Equal(new SkippedFrames(2, 1, 1), queue.Skipped);
        Assert.Equal([first, second, newer, older, null], Enumerable.Range(0, 5).Select(_ => queue.Take()));
    }

    [Fact]
    public void Slot_that_held_a_picture_of_the_same_camera_is_taken_first()
    {
        using var queue = new ArchiveQueue(4);
        var other = _archive.For("side", new HeatmapSettings());
        var (mine, foreign) = (Submit(queue, Verdict.Fail)!, Submit(queue, Verdict.Fail, other)!);
        queue.Return(mine);
        queue.Return(foreign);

        Assert.Same(mine, queue.Rent(_camera, Verdict.Fail));
        Assert.Same(foreign, queue.Rent(other, Verdict.Fail));
    }

    [Fact]
    public void Line_that_leaves_frames_allocates_nothing_once_each_slot_has_its_size()
    {
        // A writer that never comes: what is measured is the line's side alone.
        using var queue = new ArchiveQueue(2);
        using var frame = _pool.Rent();
        frame.Prepare(320, 240, PixelFormat.Bgr24);
        var outcome = Outcome(frame, Verdict.Fail);
        var (result, heatmap) = (new byte[1500], new byte[30_000]);
        for (var i = 0; i < 4; i++)
            Pass();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Pass();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Pass()
        {
            var slot = queue.Rent(_camera, Verdict.Fail)!;
            slot.Fill(_camera, outcome, new ResultId(1, 1), result, heatmap);
            queue.Submit(slot);
            queue.Return(queue.Take()!);
        }
    }

    [Fact]
    public void Frame_that_cannot_be_copied_is_skipped_and_no_slot_is_lost()
    {
        using var frame = _pool.Rent();
        frame.Prepare();
        var free = _archive.Queue.Free;

        _camera.Keep(Outcome(frame, Verdict.Fail), new ResultId(1, 1), [], [1]);

        Assert.Equal((free, new SkippedFrames(0, 1, 0)), (_archive.Queue.Free, _archive.Queue.Skipped));
    }

    public void Dispose()
    {
        _archive.Stop(TimeSpan.FromSeconds(20));
        _archive.Dispose();
        _camera.Dispose();
        _pool.Dispose();
        _folder.Dispose();
    }

    private ArchiveSlot? Submit(ArchiveQueue queue, Verdict verdict, CameraArchive? camera = null)
    {
        if (queue.Rent(camera ?? _camera, verdict) is not { } slot)
            return null;
        using var frame = _pool.Rent();
        frame.Prepare(8, 8, PixelFormat.Gray8);
        slot.Fill(camera ?? _camera, Outcome(frame, verdict), new ResultId(1, 1), "{}"u8, [1]);
        queue.Submit(slot);
        return slot;
    }

    private static InspectionOutcome Outcome(Frame frame, Verdict verdict) =>
        new(frame, null!, null, verdict, null, null, default, TimeSpan.Zero, TimeSpan.Zero);
}
