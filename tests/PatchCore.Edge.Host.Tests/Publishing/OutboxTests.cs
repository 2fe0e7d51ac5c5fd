using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Publishing;

public sealed class OutboxTests
{
    private static readonly MosquittoDelivery Result = new(1, Expiry: TimeSpan.FromSeconds(60));
    private static readonly MosquittoDelivery Heatmap = new(0);

    private readonly ManualTime _time = new();

    [Fact]
    public void Results_leave_in_order_before_heatmaps()
    {
        var outbox = new Outbox(1000, _time);
        outbox.Add(MessageKind.Pass, "r", [1], Result);
        outbox.Add(MessageKind.Heatmap, "h", [2], Heatmap);
        outbox.Add(MessageKind.Pass, "r", [3], Result);

        Assert.Equal([1, 3, 2], TakeAll(outbox));
    }

    [Fact]
    public void Full_outbox_drops_the_oldest_heatmaps_first_and_counts_them()
    {
        var outbox = new Outbox(10, _time);
        outbox.Add(MessageKind.Pass, "r", [1, 0, 0, 0], Result);
        outbox.Add(MessageKind.Heatmap, "h", [2, 0, 0, 0], Heatmap);
        outbox.Add(MessageKind.Heatmap, "h", [3, 0], Heatmap);
        outbox.Add(MessageKind.Pass, "r", [4, 0, 0, 0], Result);

        Assert.Equal((0, 1), (outbox.DroppedResults, outbox.DroppedHeatmaps));
        Assert.Equal([1, 4, 3], TakeAll(outbox));
    }

    [Fact]
    public void Full_outbox_without_heatmaps_drops_the_oldest_results()
    {
        var outbox = new Outbox(10, _time);
        for (byte i = 0; i < 6; i++)
            outbox.Add(MessageKind.Pass, "r", [i, 0, 0, 0], Result);

        Assert.Equal((4, 0), (outbox.DroppedResults, outbox.DroppedHeatmaps));
        Assert.Equal([4, 5], TakeAll(outbox));
    }

    [Fact]
    public void Message_larger_than_the_outbox_is_kept_alone()
    {
        var outbox = new Outbox(2, _time);
        outbox.Add(MessageKind.Pass, "r", [7, 0, 0], Result);

        Assert.Equal([7], TakeAll(outbox));
    }

    [Fact]
    public void Expiry_counts_the_time_waited()
    {
        var outbox = new Outbox(1000, _time);
        outbox.Add(MessageKind.Pass, "r", [1], Result);
        _time.Advance(TimeSpan.FromSeconds(25));

        Assert.True(outbox.TryTake(out var message));

        Assert.True(outbox.TryRemaining(message, out var left));
        Assert.Equal(TimeSpan.FromSeconds(35), left);
    }

    [Fact]
    public void Expired_result_is_not_sent_but_counted()
    {
        var outbox = new Outbox(1000, _time);
        outbox.Add(MessageKind.Pass, "r", [1], Result);
        _time.Advance(TimeSpan.FromSeconds(60));
        outbox.Add(MessageKind.Pass, "r", [2], Result);

        Assert.Equal([2], TakeAll(outbox));
        Assert.Equal(1, outbox.Expired);
    }

    [Fact]
    public void Full_outbox_drops_passes_before_older_rejects_and_events()
    {
        var outbox = new Outbox(10, _time);
        outbox.Add(MessageKind.Reject, "r", [1, 0], Result);
        outbox.Add(MessageKind.Pass, "r", [2, 0, 0], Result);
        outbox.Add(MessageKind.Event, "e", [3, 0, 0], Result);
        outbox.Add(MessageKind.Pass, "r", [4, 0], Result);
        outbox.Add(MessageKind.Reject, "r", [5, 0, 0], Result);

        Assert.Equal((1, 0), (outbox.DroppedResults, outbox.DroppedHeatmaps));
        Assert.Equal([1, 3, 4, 5], TakeAll(outbox));
    }

    [Fact]
    public void Messages_that_come_back_leave_first_and_in_their_order()
    {
        var outbox = new Outbox(1000, _time);
        for (byte i = 0; i < 4; i++)
            outbox.Add(i % 2 == 0 ? MessageKind.Pass : MessageKind.Reject, "r", [i], Result);
        var taken = new List<OutboxMessage>();
        for (var i = 0; i < 3 && outbox.TryTake(out var message); i++)
            taken.Add(message);
        outbox.Return([taken[2]]);
        outbox.Return([taken[1], taken[0]]);

        Assert.Equal([0, 1, 2, 3], TakeAll(outbox));
    }

    private static List<byte> TakeAll(Outbox outbox)
    {
        var taken = new List<byte>();
        while (outbox.TryTake(out var message))
            taken.Add(message.Payload[0]);
        return taken;
    }
}
