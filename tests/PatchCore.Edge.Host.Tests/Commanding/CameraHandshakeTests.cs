using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Commanding;

/// <summary>One camera and its controller, without a broker.</summary>
public sealed class CameraHandshakeTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>
{
    /// <summary>No heartbeat comes between what a test does.</summary>
    private static readonly HandshakeSettings Settings = new() { AckTimeoutMs = 5000, HeartbeatMs = 60000 };

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Part_goes_from_its_trigger_to_its_acknowledgement_and_each_state_is_told()
    {
        await using var camera = await Ready();

        camera.ReceiveOrder("T 1 part-17");
        await Until(camera, HandshakeState.ResultValid);
        var odd = await camera.Tell(new() { Command = CommandKind.AcknowledgeResult, PartId = "part-16" });
        var good = await camera.Tell(new() { Command = CommandKind.AcknowledgeResult, PartId = "part-17" });
        var again = await camera.Tell(new() { Command = CommandKind.AcknowledgeResult, Number = 1 });

        Assert.Equal(
            (false, "wrong part: the result that is held is of number 1, part 'part-17'"), (odd.Accepted, odd.Reason));
        Assert.Equal((true, true, 1), (good.Accepted, again.Accepted, again.Number));
        Assert.Equal(
            [HandshakeState.NotReady, HandshakeState.Ready, HandshakeState.Busy, HandshakeState.ResultValid,
                HandshakeState.ResultValid, HandshakeState.Ready],
            Told(camera).Select(told => told.State));
        var held = Told(camera)[3];
        Assert.Equal((1, 1, "part-17"), (held.Trigger, held.Result, held.PartId));
        Assert.Equal(1, Told(camera)[5].WrongAcknowledgements);
        Assert.Equal(Told(camera).Select(told => told.State), Lines(camera).Select(line => line.State));
        Assert.All(
            camera.Sent.Where(sent => sent.Topic.EndsWith("/handshake", StringComparison.Ordinal)),
            sent => Assert.Equal(
                (1, true, TimeSpan.FromMinutes(3)), (sent.Delivery.Qos, sent.Delivery.Retain, sent.Delivery.Expiry)));
    }

    [Fact]
    public async Task Trigger_while_busy_or_held_is_missed_and_its_repetition_is_not()
    {
        await using var camera = await Ready();

        camera.ReceiveOrder("T 1 part-1");
        camera.ReceiveOrder("T 1 part-1");
        await Until(camera, HandshakeState.ResultValid);
        camera.ReceiveOrder("T 1 part-1");
        camera.ReceiveOrder("T 2 part-2");
        var json = await camera.Tell(new() { Command = CommandKind.Trigger, PartId = "part-3" });

        Assert.Equal([true, true, true, false, false], camera.Replies.Select(reply => reply.Accepted));
        Assert.Equal("result not acknowledged: that of number 1, part 'part-1' is held", json.Reason);
        Assert.Equal((1, 2), (camera.Pipeline.Verdicts, Told(camera)[^1].Missed));
    }

    [Fact]
    public async Task Result_that_nobody_acknowledges_times_out_with_an_alarm_until_one_is_acknowledged()
    {
        await using var camera = await Ready();
        camera.ReceiveOrder("T 1");
        await Until(camera, HandshakeState.ResultValid);
        _time.Advance(TimeSpan.FromSeconds(5));
        camera.Handshake!.Refresh();
        Assert.Equal((HandshakeState.Ready, 1), (Told(camera)[^1].State, Told(camera)[^1].TimedOut));

        camera.ReceiveOrder("A 1");
        camera.ReceiveOrder("T 2");
        await Until(camera, HandshakeState.ResultValid);
        camera.ReceiveOrder("A 2");

        Assert.Equal("late: the result of number 1 was held for 5000 ms", camera.Replies[1].Reason);
        Assert.Equal((1, HandshakeOutcome.Acknowledged),
            (Told(camera)[^1].LateAcknowledgements, Told(camera)[^1].Outcome));
        var alarms = camera.Sent.Where(sent => sent.Topic == "factory/s1/top/alarm")
            .Select(sent => AlarmMessage.Parse(sent.Payload)).ToList();
        Assert.Equal([AlarmKind.Handshake, AlarmKind.Handshake], alarms.Select(alarm => alarm.Kind));
        Assert.Equal([false, true], alarms.Select(alarm => alarm.Cleared is not null));
        Assert.Equal("the result with number 1 was not acknowledged within 5000 ms", alarms[0].Text);
    }

    [Fact]
    public async Task Paused_camera_is_not_ready_and_misses_the_trigger()
    {
        await using var camera = await Ready();
        await camera.Tell(new() { Command = CommandKind.Pause });
        var told = Told(camera)[^1];
        Assert.Equal((HandshakeState.NotReady, "camera top is paused"), (told.State, told.Reason));

        camera.ReceiveOrder("T 1");
        await camera.Tell(new() { Command = CommandKind.Resume });

        Assert.Equal("not ready: camera top is paused", camera.Replies[1].Reason);
        Assert.Equal((HandshakeState.Ready, 0, 1), (
            Told(camera)[^1].State, Told(camera)[^1].Trigger, Told(camera)[^1].Missed));
    }

    [Fact]
    public async Task Trigger_that_the_camera_refuses_after_all_is_missed_and_never_told_as_busy()
    {
        await using var camera = await Ready();

        var (number, refusal) = camera.Handshake!.Trigger("part-1", 1, () => "the station is stopping");

        Assert.Equal((null, "the station is stopping"), (number, refusal));
        Assert.Equal((HandshakeState.Ready, 0, 1), (
            Told(camera)[^1].State, Told(camera)[^1].Trigger, Told(camera)[^1].Missed));
        Assert.DoesNotContain(Told(camera), told => told.IsBusy);
    }

    [Fact]
    public async Task Camera_is_asked_without_a_lock_that_its_verdict_would_wait_for()
    {
        await using var camera = await Ready();
        var spoken = false;

        camera.Handshake!.Trigger("part-1", 1, () =>
        {
            var verdict = Task.Run(() => camera.Handshake.Complete(Verdict.Pass, new ResultId(1, 1)));
            spoken = verdict.Wait(TimeSpan.FromSeconds(10));
            return null;
        });

        Assert.True(spoken);
        Assert.Equal((HandshakeState.ResultValid, true), (Told(camera)[^1].State, Told(camera)[^1].IsResultOk));
    }

    [Fact]
    public async Task Order_that_is_retained_wrong_or_not_allowed_is_answered_with_the_reason()
    {
        await using var camera = await Ready(new() { Trigger = false });

        camera.ReceiveOrder("T 1", retain: true);
        camera.ReceiveOrder("T part-1");
        camera.ReceiveOrder("T 1");
        camera.ReceiveOrder("A 1");

        var reasons = camera.Replies.ConvertAll(reply => reply.Reason!);
        Assert.Equal("it is a retained message, expected one that is not", reasons[0]);
        Assert.StartsWith("found 'T part-1', expected T, a number", reasons[1], StringComparison.Ordinal);
        Assert.Equal("it is not allowed here: Commands:Trigger is false", reasons[2]);
        Assert.Equal(reasons[2], reasons[3]);
        Assert.Equal(0, Told(camera)[^1].Trigger);
    }

    [Fact]
    public async Task Camera_without_a_handshake_takes_no_number_and_no_acknowledgement()
    {
        await using var camera = new CommandedCamera(bundle, _time);

        var trigger = await camera.Tell(new() { Command = CommandKind.Trigger, Number = 1 });
        var acknowledge = await camera.Tell(new() { Command = CommandKind.AcknowledgeResult, PartId = "part-1" });

        Assert.Equal("camera top has no handshake: Plc:Handshake:Enabled is false", trigger.Reason);
        Assert.Equal(trigger.Reason, acknowledge.Reason);
    }

    [Fact]
    public async Task Stopped_handshake_is_offline_for_good()
    {
        await using var camera = await Ready();

        camera.Handshake!.Stop("stopped");
        camera.ReceiveOrder("T 1");

        Assert.Equal((HandshakeState.Offline, "stopped"), (Told(camera)[^1].State, Told(camera)[^1].Reason));
        Assert.Equal("not ready: stopped", camera.Replies[0].Reason);
    }

    [Fact]
    public async Task Triggers_pauses_and_acknowledgements_at_the_same_time_never_wait_for_each_other()
    {
        await using var camera = await Ready();
        var work = Task.WhenAll(
            Task.Run(() => Repeat(100, i => camera.Handshake!.Trigger(
                $"{i}", null, () => camera.Pipeline.Request(new PartRequest($"{i}"))))),
            Task.Run(() => Repeat(100, _ => camera.Handshake!.Acknowledge(null, Told(camera)[^1].Result))),
            Task.Run(() => Repeat(100, i =>
            {
                if (i % 2 == 0)
                    camera.Pipeline.Pause();
                else
                    camera.Pipeline.Resume();
                camera.Handshake!.Refresh();
            })));

        await work.WaitAsync(TimeSpan.FromSeconds(30));
        camera.Pipeline.Resume();
        await CommandedCamera.Until(() =>
        {
            camera.Handshake!.Acknowledge(null, Told(camera)[^1].Result);
            return Told(camera)[^1].IsReady;
        });

        Assert.Equal(camera.Pipeline.Verdicts, Told(camera)[^1].Trigger);
    }

    private static void Repeat(int times, Action<int> act)
    {
        for (var i = 0; i < times; i++)
            act(i);
    }

    private static List<HandshakeSnapshot> Told(CommandedCamera camera) => [.. camera.Sent
        .Where(sent => sent.Topic == "factory/s1/top/handshake")
        .Select(sent => HandshakeMessage.Parse(sent.Payload).Handshake with { Heartbeat = 0 })];

    private static IEnumerable<HandshakeSnapshot> Lines(CommandedCamera camera) => camera.Sent
        .Where(sent => sent.Topic == "factory/s1/top/plc/handshake")
        .Select(sent => HandshakeLine.Parse(sent.Payload));

    private static Task Until(CommandedCamera camera, HandshakeState state) =>
        CommandedCamera.Until(() => Told(camera)[^1].State == state);

    private async Task<CommandedCamera> Ready(CommandsSettings? commands = null)
    {
        var camera = new CommandedCamera(bundle, _time, commands: commands, handshake: Settings);
        camera.Handshake!.Start(camera.Pipeline);
        camera.Start();
        await Until(camera, HandshakeState.Ready);
        return camera;
    }
}
