using System.Globalization;
using System.Text;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>A controller and a station, over a real broker.</summary>
public sealed class HandshakeTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly MosquittoBroker _broker = MosquittoBroker.Start();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Controller_gets_each_part_through_and_what_it_does_wrong_changes_nothing()
    {
        using var plc = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/plc/handshake");
        using var results = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/result");
        using var replies = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/reply");
        using var alarms = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/alarm");
        using var station = Start(ackTimeoutMs: 1500, delayMs: 1000);
        var ready = Next(plc, HandshakeState.Ready);
        Assert.Equal((0, 0, 0), (ready.Trigger, ready.Result, ready.Missed));

        Order(plc, "T 1 part-17");
        Assert.Equal(1, Next(plc, HandshakeState.Busy).Trigger);
        Order(plc, "T 2 part-18");
        var held = Next(plc, HandshakeState.ResultValid);
        Order(plc, "A 2");
        Order(plc, "A 1");
        var free = Next(plc, HandshakeState.Ready);

        Assert.Equal((1, 1, 1), (held.Trigger, held.Result, held.Missed));
        Assert.Equal((1, 1, 1, 0), (free.Trigger, free.Result, free.Missed, free.TimedOut));
        Assert.Equal(
            [
                null, "busy: number 1, part 'part-17' is being inspected",
                "wrong part: the result that is held is of number 1, part 'part-17'", null,
            ],
            Enumerable.Range(0, 4).Select(_ => CommandReply.Parse(replies.Next().Payload).Reason));
        var first = ResultMessage.Parse(results.Next().Payload);
        Assert.Equal(("part-17", first.Verdict), (first.PartId, held.Verdict));

        // Nobody acknowledges the next: the station goes on by itself, and says so.
        Order(plc, "T 2 part-18");
        Next(plc, HandshakeState.ResultValid);
        var late = Next(plc, HandshakeState.Ready);
        Order(plc, "A 2");

        Assert.Equal((2, 2, 1), (late.Trigger, late.Result, late.TimedOut));
        replies.Next();
        Assert.Equal(
            "late: the result of number 2, part 'part-18' was held for 1500 ms",
            CommandReply.Parse(replies.Next().Payload).Reason);
        var alarm = AlarmMessage.Parse(alarms.Next().Payload);
        Assert.Equal((AlarmKind.Handshake, null), (alarm.Kind, alarm.Cleared));
        // A heartbeat, with nothing else new.
        var beat = Next(plc, now => now.Heartbeat > late.Heartbeat + 1);
        Assert.Equal(late with { Heartbeat = beat.Heartbeat }, beat);
        using var retained = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/handshake");
        var message = retained.Next();
        Assert.Equal(
            (HandshakeState.Ready, true), (HandshakeMessage.Parse(message.Payload).Handshake.State, message.Retain));
        Assert.InRange(message.Expiry!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        station.Terminate();
        Assert.Equal((0, ""), await EndAsync(station));
        Assert.Equal(ready.Run, Next(plc, HandshakeState.Offline).Run);
    }

    [Fact]
    public async Task Station_that_is_killed_while_a_part_is_busy_begins_a_new_run_that_knows_nothing_of_it()
    {
        using var plc = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/plc/handshake");
        HandshakeSnapshot busy;
        using (var station = Start(ackTimeoutMs: 60000, delayMs: 20000))
        {
            Next(plc, HandshakeState.Ready);
            Order(plc, "T 1 part-17");
            busy = Next(plc, HandshakeState.Busy);
            await station.KillAsync();
        }

        using var again = Start(ackTimeoutMs: 60000);
        var ready = Next(plc, HandshakeState.Ready);
        using var replies = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/reply");
        // The controller's old number would be another part's here.
        Order(plc, "T 2 part-18");
        Order(plc, "T 1 part-18");
        var held = Next(plc, HandshakeState.ResultValid);

        Assert.NotEqual(busy.Run, ready.Run);
        Assert.Equal((0, 0, null), (ready.Trigger, ready.Result, ready.Verdict));
        Assert.Equal("number is 2, expected 1", CommandReply.Parse(replies.Next().Payload).Reason);
        Assert.Equal((ready.Run, 1, 1, 1), (held.Run, held.Trigger, held.Result, held.Missed));
    }

    [Fact]
    public async Task Result_of_a_run_that_had_no_broker_comes_as_historical_and_is_not_held_again()
    {
        using (var plc = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/plc/handshake"))
        {
            using var station = Start(ackTimeoutMs: 60000, delayMs: 20000);
            Next(plc, HandshakeState.Ready);
            Order(plc, "T 1 part-17");
            Next(plc, HandshakeState.Busy);
            _broker.Kill();
            station.Terminate();
            Assert.Equal((0, ""), await EndAsync(station));
        }

        _broker.Start();
        using var handshakes = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/plc/handshake");
        using var results = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/result");
        using var again = Start(ackTimeoutMs: 60000);
        var result = ResultMessage.Parse(results.Next().Payload);
        var ready = Next(handshakes, HandshakeState.Ready);

        Assert.Equal(
            ("part-17", Verdict.Error, "the station is stopping", true),
            (result.PartId, result.Verdict, result.Reason, result.Historical));
        Assert.Equal((0, 0, null), (ready.Trigger, ready.Result, ready.Verdict));
        Assert.DoesNotContain(handshakes.All(), message => HandshakeLine.Parse(message.Payload).IsResultValid);
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private static void Order(Subscriber plc, string text) => plc.Client.TryPublish(
        "patchcore/s1/top/plc/set", Encoding.ASCII.GetBytes(text), new MosquittoDelivery(1), out _);

    private static HandshakeSnapshot Next(Subscriber plc, HandshakeState state) => Next(plc, now => now.State == state);

    private static HandshakeSnapshot Next(Subscriber plc, Func<HandshakeSnapshot, bool> wanted) =>
        HandshakeLine.Parse(plc.Next(message => wanted(HandshakeLine.Parse(message.Payload))).Payload);

    private static async Task<(int Code, string Errors)> EndAsync(HostProcess station)
    {
        var (code, _, errors) = await station.EndAsync();
        return (code, errors);
    }

    /// <param name="ackTimeoutMs">How long a result is held.</param>
    /// <param name="delayMs">Keeps a part busy for so long.</param>
    private HostProcess Start(int ackTimeoutMs, int delayMs = 0)
    {
        var configuration = bundle.Write($"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "Station": { "Name": "s1" },
              "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}},
                "Outbox": { "Path": "{{_folder["outbox.db"]}}" } },
              "Cameras": {
                "top": {
                  "Bundle": "bundle", "DeadlineMs": 60000, "Heatmap": { "When": "never" },
                  "Source": { "Kind": "simulated", "IntervalMs": 50, "Width": 128, "Height": 128 },
                  "Trigger": { "Kind": "command", "DelayMs": {{delayMs}} },
                  "Plc": { "Handshake": { "Enabled": true, "AckTimeoutMs": {{ackTimeoutMs}}, "HeartbeatMs": 200 } }
                }
              }
            }
            """));
        return HostProcess.Start(["run", "--config", configuration]);
    }
}
