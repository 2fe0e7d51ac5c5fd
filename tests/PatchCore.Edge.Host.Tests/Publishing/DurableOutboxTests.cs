using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Publishing;

public sealed class DurableOutboxTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<string?> _told = [];

    private string File => _folder["outbox.db"];

    [Fact]
    public void Results_are_handed_over_in_order_and_again_by_the_next_run_unless_they_were_settled()
    {
        using (var run = Start())
        {
            for (var i = 0; i < 100; i++)
                run.Add(i);
            Until(() => run.Durable.Waiting == 36);
            var taken = run.Take(50);
            Assert.Equal(Enumerable.Range(0, 50), taken.Select(Number));
            taken.GetRange(0, 30).ForEach(message => run.Durable.Settle(message.Row));
        }

        using var next = Start();
        Until(() => next.Ready.Count == 64);

        Assert.Equal(Enumerable.Range(30, 64), next.Take(64).Select(Number));
        next.Durable.Refill();
        Until(() => next.Ready.Count == 6);
        Assert.Equal(Enumerable.Range(94, 6), next.Take(6).Select(Number));
        Assert.Empty(_told);
    }

    [Fact]
    public void Full_file_gives_up_passes_before_older_rejects()
    {
        using (var filled = Start(maxBytes: 200_000))
        {
            for (var i = 0; i < 300; i++)
                filled.Add(i, i % 3 == 0 ? MessageKind.Reject : MessageKind.Pass, size: 1000);
            // 177 results have room; up to 64 are with the link and stay.
            Until(() => filled.Durable.Waiting + filled.Ready.Count <= 177);
            Assert.InRange(filled.Durable.Dropped, 123, 200);
        }

        using var next = Start();
        Until(() => next.Ready.Count > 0);
        var all = new List<OutboxMessage>();
        while (next.Durable.Waiting + next.Ready.Count > 0)
        {
            all.AddRange(next.Take(64));
            next.Durable.Refill();
        }

        Assert.All(Enumerable.Range(0, 100), i => Assert.Contains(i * 3, all.Select(Number)));
        Assert.Equal(all.Select(Number).Order(), all.Select(Number));
    }

    [Fact]
    public void Result_too_old_by_the_time_that_the_station_ran_is_given_up_whatever_the_clock_says()
    {
        using var run = Start(maxAge: TimeSpan.FromHours(1));
        for (var i = 0; i < 100; i++)
            run.Add(i);
        Until(() => run.Durable.Waiting == 36);

        _time.Advance(TimeSpan.FromHours(2));
        run.Add(100);
        Until(() => run.Durable.Expired == 36);

        Assert.Equal(Enumerable.Range(0, 64), run.Take(64).Select(Number));
        run.Durable.Refill();
        Until(() => run.Ready.Count == 1);
        Assert.Equal(100, Number(run.Take(1)[0]));
    }

    [Fact]
    public void Disk_that_cannot_be_written_is_told_once_passed_by_and_used_again_when_it_can()
    {
        System.IO.File.WriteAllText(_folder["disk"], "in the way of a folder");
        using var run = Start(Path.Combine(_folder["disk"], "outbox.db"));
        for (var i = 0; i < 3; i++)
            run.Add(i);
        Until(() => run.Ready.Count == 3);
        Assert.Equal([0, 1, 2], run.Take(3).Select(Number));
        _time.Advance(DurableOutbox.RetryInterval);
        run.Add(3);
        Until(() => run.Ready.Count == 1);
        Assert.Contains("disk", Assert.Single(Told()), StringComparison.Ordinal);

        System.IO.File.Delete(_folder["disk"]);
        _time.Advance(DurableOutbox.RetryInterval);
        run.Add(4);
        Until(() => run.Ready.Count == 2);

        Assert.Equal([(3, false), (4, true)], run.Take(2).Select(message => (Number(message), message.Row > 0)));
        Assert.Null(Told()[1]);
    }

    [Theory]
    [InlineData(0, "no database")]
    [InlineData(4096, "broken pages")]
    public void Damaged_file_is_set_aside_and_a_new_one_begun(int at, string what)
    {
        using (var run = Start())
        {
            for (var i = 0; i < 100; i++)
                run.Add(i, size: 1000);
            Until(() => run.Durable.Waiting == 36);
        }

        var bytes = System.IO.File.ReadAllBytes(File);
        Array.Fill(bytes, (byte)0x5a, at, bytes.Length - at);
        System.IO.File.WriteAllBytes(File, bytes);
        using var next = Start();
        next.Add(7);
        Until(() => next.Ready.Count == 1);

        Assert.True(next.Take(1)[0] is { Row: > 0 } message && Number(message) == 7, what);
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(File + ".damaged"));
        Assert.Equal(2, Told().Count);
        Assert.Contains(".damaged", Told()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Result_that_the_broker_refuses_is_tried_again_after_a_minute()
    {
        using var run = Start();
        run.Add(1);
        Until(() => run.Ready.Count == 1);
        run.Durable.Refuse(run.Take(1)[0].Row);
        run.Add(2);
        Until(() => run.Ready.Count == 1);
        run.Durable.Settle(run.Take(1)[0].Row);

        _time.Advance(TimeSpan.FromMinutes(1));
        Until(() => run.Ready.Count == 1);

        Assert.Equal(1, Number(run.Take(1)[0]));
    }

    [Fact]
    public void Leaving_a_result_allocates_nothing()
    {
        using var run = Start();
        var payload = new byte[600];
        var allocating = 0;
        for (var i = 0; i < 100; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run.Durable.Add(MessageKind.Pass, "line/result", payload);
            if (i >= 50 && GC.GetAllocatedBytesForCurrentThread() > before)
                allocating++;
            SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(5));
        }

        // The array pool may be trimmed meanwhile.
        Assert.InRange(allocating, 0, 5);
    }

    public void Dispose() => _folder.Dispose();

    private static int Number(OutboxMessage message) =>
        int.Parse(Encoding.ASCII.GetString(message.Payload).TrimEnd(), System.Globalization.CultureInfo.InvariantCulture);

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));

    private List<string?> Told()
    {
        lock (_told)
            return [.. _told];
    }

    private Run Start(string? file = null, long maxBytes = 1 << 20, TimeSpan? maxAge = null)
    {
        var durable = new DurableOutbox(
            file ?? File, new OutboxLimits(maxBytes, maxAge ?? TimeSpan.FromDays(1)), new MosquittoDelivery(1), 1 << 20,
            _time, NullLogger.Instance);
        var ready = new Outbox(1 << 20, _time);
        durable.Start(ready, () => { }, trouble =>
        {
            lock (_told)
                _told.Add(trouble);
        });
        return new Run(durable, ready);
    }

    private sealed record Run(DurableOutbox Durable, Outbox Ready) : IDisposable
    {
        public void Add(int number, MessageKind kind = MessageKind.Pass, int size = 4) => Durable.Add(
            kind, "line/result", Encoding.ASCII.GetBytes(
                number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadRight(size)));

        public List<OutboxMessage> Take(int count)
        {
            var taken = new List<OutboxMessage>();
            while (taken.Count < count && Ready.TryTake(out var message))
                taken.Add(message);
            return taken;
        }

        public void Dispose()
        {
            Durable.Stop(Patience);
            Durable.Dispose();
        }
    }
}
