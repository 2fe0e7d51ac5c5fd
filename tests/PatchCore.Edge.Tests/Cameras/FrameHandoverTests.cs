using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class FrameHandoverTests : IDisposable
{
    private readonly FramePool _pool = new(3);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public async Task Newest_frame_replaces_the_waiting_one_which_goes_back_to_the_pool()
    {
        var handover = new FrameHandover(_pool, keepEvery: false);
        Post(handover, 1);
        Post(handover, 2);
        Assert.Equal((1, 2), (handover.Dropped, _pool.Free));
        using var taken = await handover.TakeAsync(default);
        Assert.Equal(2, taken!.Id);
    }

    [Fact]
    public async Task Keep_every_hands_over_all_frames_in_order_and_drops_none()
    {
        var handover = new FrameHandover(_pool, keepEvery: true);
        for (var id = 1; id <= 3; id++)
            Post(handover, id);
        handover.Complete();
        for (var id = 1; id <= 3; id++)
            Assert.Equal(id, (await handover.TakeAsync(default))!.Id);
        Assert.Null(await handover.TakeAsync(default));
        Assert.Equal(0, handover.Dropped);
    }

    [Fact]
    public async Task Keep_every_makes_the_camera_wait_when_all_frames_are_in_use()
    {
        var handover = new FrameHandover(_pool, keepEvery: true);
        for (var id = 1; id <= 3; id++)
            Post(handover, id);
        var rent = Task.Run(() => handover.Rent(default));
        Assert.False(rent.IsCompleted);
        var first = await handover.TakeAsync(default);
        Assert.Equal(1, first!.Id);
        first.Dispose();
        Assert.Same(first, await rent.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Rent_when_all_are_in_use_takes_back_the_frame_nobody_fetched()
    {
        var handover = new FrameHandover(_pool, keepEvery: false);
        Post(handover, 1);
        using var held = _pool.Rent();
        using var alsoHeld = _pool.Rent();
        using var rented = handover.Rent(default);
        Assert.Equal((0, 1), (rented.Id, handover.Dropped));
    }

    [Fact]
    public void Post_after_completion_returns_the_frame_to_the_pool()
    {
        var handover = new FrameHandover(_pool, keepEvery: false);
        handover.Complete();
        Post(handover, 1);
        Assert.Equal((3, 0), (_pool.Free, handover.Dropped));
    }

    [Fact]
    public async Task Frame_on_its_way_allocates_nothing()
    {
        var handover = new FrameHandover(_pool, keepEvery: false);
        var allocated = new long[20];
        for (var i = 0; i < allocated.Length; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Post(handover, i);
            Post(handover, i + 1);
            var taken = handover.TakeAsync(default);
            Assert.True(taken.IsCompletedSuccessfully);
            (await taken)!.Dispose();
            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated[^1]);
    }

    private static void Post(FrameHandover handover, long id)
    {
        var frame = handover.Rent(default);
        frame.Id = id;
        handover.Post(frame);
    }
}
