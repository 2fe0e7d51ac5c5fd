using System.Reflection;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

/// <summary>Every edge of the handshake: whatever can happen, in every situation.</summary>
public sealed class PlcHandshakeTests
{
    private const string Table =
        """
        situation  | trigger | next | again | odd | withdraw | result | ack | ackName | ackOdd | early | due | ready | unready | beat | stop
        notReady   | N-m     | N-m  | N-m   | N-m | N        | N      | N-w | N-w     | N-w    | N     | N   | R     | N       | N    | O
        ready      | B+      | B+   | R-m   | R-m | R        | R      | R-w | R-w     | R-w    | R     | R   | R     | N       | R    | O
        busy       | B-m     | B-m  | B=    | B-m | Rm       | V      | B-w | B-w     | B-w    | B     | B   | B     | B       | B    | O
        busyGone   | B-m     | B-m  | B=    | B-m | Nm       | V      | B-w | B-w     | B-w    | B     | B   | B     | B       | B    | O
        held       | V-m     | V-m  | V=    | V-m | V        | V      | R+  | R+      | V-w    | V     | Rt  | V     | V       | V    | Ot
        heldGone   | V-m     | V-m  | V=    | V-m | V        | V      | N+  | N+      | V-w    | V     | Nt  | V     | V       | V    | Ot
        taken      | B+      | B+   | R=    | R-m | R        | R      | R=  | R=      | R-w    | R     | R   | R     | N       | R    | O
        timedOut   | B+      | B+   | R=    | R-m | R        | R      | R-l | R-l     | R-w    | R     | R   | R     | N       | R    | O
        takenBusy  | B-m     | B-m  | B=    | B-m | Rm       | V      | B=  | B=      | B-w    | B     | B   | B     | B       | B    | O
        lateBusy   | B-m     | B-m  | B=    | B-m | Rm       | V      | B-l | B-l     | B-w    | B     | B   | B     | B       | B    | O
        offline    | O-m     | O-m  | O-m   | O-m | O        | O      | O-w | O-w     | O-w    | O     | O   | O     | O       | O    | O
        cutOff     | O-m     | O-m  | O=    | O-m | O        | O      | O-l | O-l     | O-w    | O     | O   | O     | O       | O    | O
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly ResultId Id = new(1, 2);

    private static readonly string[][] Cells =
        [.. Table.Split('\n').Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray())];

    public static TheoryData<string, string, string> Edges
    {
        get
        {
            var edges = new TheoryData<string, string, string>();
            foreach (var row in Cells.Skip(1))
            {
                for (var column = 1; column < row.Length; column++)
                    edges.Add(row[0], Cells[0][column], row[column]);
            }

            return edges;
        }
    }

    [Theory]
    [MemberData(nameof(Edges))]
    public void Edge_leads_where_the_table_says(string situation, string input, string expected)
    {
        var (machine, last) = In(situation);
        var before = machine.Snapshot;

        var answer = Give(machine, input, last);

        var now = machine.Snapshot;
        var mark = answer switch
        {
            null => "",
            { Reply: HandshakeReply.Accepted } => "+",
            { Reply: HandshakeReply.Repeated } => "=",
            _ => "-",
        };
        Assert.Equal(expected, "ONRBV"[(int)now.State] + mark + Counted(before, now));
        Assert.Equal(mark == "-", answer?.Refusal is not null);
        if (mark is "-" or "=")
            Assert.Equal(before, Uncounted(now, before));
        Holds(now);
    }

    [Fact]
    public void Table_has_every_state_and_every_call_in_each_of_its_situations()
    {
        Assert.Equal(
            Enum.GetValues<HandshakeState>(),
            Cells.Skip(1).Select(row => In(row[0]).Machine.Snapshot.State).Distinct().Order());
        Assert.All(Cells, row => Assert.Equal((Cells[0].Length, false), (row.Length, row.Contains(""))));
        var calls = typeof(PlcHandshake)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName).Select(method => method.Name);
        Assert.Equal(
            ["Acknowledge", "Beat", "Complete", "SetReadiness", "Stop", "Tick", "Trigger", "Withdraw"], calls.Order());
    }

    [Theory]
    [InlineData(Verdict.Pass, true)]
    [InlineData(Verdict.Fail, false)]
    [InlineData(Verdict.Error, false)]
    [InlineData((Verdict)7, false)]
    public void Result_is_ok_while_it_is_held_and_only_when_it_is_a_pass(Verdict verdict, bool ok)
    {
        var machine = Ready();
        Assert.Equal(HandshakeReply.Accepted, machine.Trigger("part-1", null, default).Reply);
        Assert.Equal((false, true), (machine.Snapshot.IsResultOk, machine.Snapshot.IsBusy));

        machine.Complete(verdict, Id, default);

        var held = machine.Snapshot;
        Assert.Equal((ok, true, 1, 1), (held.IsResultOk, held.IsResultValid, held.Trigger, held.Result));
        Assert.Equal(("part-1", verdict, Id), (held.PartId, held.Verdict!.Value, held.ResultId!.Value));
        machine.Acknowledge(null, 1, default);
        Assert.Equal(
            (false, HandshakeOutcome.Acknowledged, null),
            (machine.Snapshot.IsResultOk, machine.Snapshot.Outcome, machine.Snapshot.PartId));
    }

    [Fact]
    public void Result_is_held_to_the_moment_at_which_it_times_out()
    {
        var machine = Ready();
        machine.Trigger("part-1", 1, TimeSpan.FromSeconds(3));
        machine.Complete(Verdict.Pass, Id, TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(15), machine.Due);

        // No timer was needed: whoever comes too late is told so.
        var late = machine.Acknowledge("part-1", null, TimeSpan.FromSeconds(15));

        Assert.Equal("late: the result of number 1, part 'part-1' was held for 10000 ms", late.Refusal);
        Assert.Equal(
            (HandshakeOutcome.TimedOut, 1, 1, null),
            (machine.Snapshot.Outcome, machine.Snapshot.TimedOut, machine.Snapshot.LateAcknowledgements, machine.Due));
    }

    [Fact]
    public void Refusals_say_why()
    {
        var machine = new PlcHandshake(1, Timeout);
        Assert.Equal("not ready: the camera is starting", machine.Trigger("a", null, default).Refusal);
        machine.SetReadiness(null);
        Assert.Equal("number is 7, expected 1", machine.Trigger("a", 7, default).Refusal);
        machine.Trigger("a", 1, default);
        Assert.Equal("busy: number 1, part 'a' is being inspected", machine.Trigger("b", 2, default).Refusal);
        Assert.Equal("no result is held", machine.Acknowledge("a", null, default).Refusal);
        machine.Complete(Verdict.Fail, Id, default);
        Assert.Equal(
            "result not acknowledged: that of number 1, part 'a' is held", machine.Trigger("b", 2, default).Refusal);
        Assert.Equal(
            "wrong part: the result that is held is of number 1, part 'a'",
            machine.Acknowledge("a", 2, default).Refusal);
        machine.Stop("stopped");
        Assert.Equal("not ready: stopped", machine.Trigger("b", 2, default).Refusal);
    }

    private static PlcHandshake Ready()
    {
        var machine = new PlcHandshake(run: 1, Timeout);
        machine.SetReadiness(null);
        return machine;
    }

    /// <summary>A machine in the situation, and the last part of which there was a result, or is to be one.</summary>
    private static (PlcHandshake Machine, int Last) In(string situation)
    {
        var machine = Ready();
        void Trigger() => Assert.Equal(HandshakeReply.Accepted, machine.Trigger("part", null, default).Reply);
        void Hold() => machine.Complete(Verdict.Pass, Id, default);
        Action[] steps = situation switch
        {
            "notReady" => [() => machine.SetReadiness("gone")],
            "ready" => [],
            "busy" => [Trigger],
            "busyGone" => [Trigger, () => machine.SetReadiness("gone")],
            "held" => [Trigger, Hold],
            "heldGone" => [Trigger, Hold, () => machine.SetReadiness("gone")],
            "taken" => [Trigger, Hold, () => machine.Acknowledge(null, 1, default)],
            "timedOut" => [Trigger, Hold, () => machine.Tick(Timeout)],
            "takenBusy" => [Trigger, Hold, () => machine.Acknowledge(null, 1, default), Trigger],
            "lateBusy" => [Trigger, Hold, () => machine.Tick(Timeout), Trigger],
            "cutOff" => [Trigger, Hold, () => machine.Stop("stopped")],
            "offline" => [() => machine.Stop("stopped")],
            _ => throw new ArgumentOutOfRangeException(nameof(situation), situation, "no such situation"),
        };
        foreach (var step in steps)
            step();
        return (machine, Math.Max(machine.Snapshot.Result, 1));
    }

    private static HandshakeAnswer? Give(PlcHandshake machine, string input, int last)
    {
        var next = machine.Snapshot.Trigger + 1;
        return input switch
        {
            "trigger" => machine.Trigger("part", null, Moment),
            "next" => machine.Trigger("part", next, Moment),
            "again" => machine.Trigger("part", machine.Snapshot.Trigger, Moment),
            "odd" => machine.Trigger("part", next + 1, Moment),
            "ack" => machine.Acknowledge(null, last, Moment),
            "ackName" => machine.Acknowledge("part", null, Moment),
            "ackOdd" => machine.Acknowledge("another", last, Moment),
            _ => Do(machine, input),
        };
    }

    private static HandshakeAnswer? Do(PlcHandshake machine, string input)
    {
        Action act = input switch
        {
            "withdraw" => machine.Withdraw,
            "result" => () => machine.Complete(Verdict.Fail, Id, Moment),
            "early" => () => machine.Tick(Timeout - Moment),
            "due" => () => machine.Tick(Timeout),
            "ready" => () => machine.SetReadiness(null),
            "unready" => () => machine.SetReadiness("gone"),
            "beat" => machine.Beat,
            "stop" => () => machine.Stop("stopped"),
            _ => throw new ArgumentOutOfRangeException(nameof(input), input, "no such input"),
        };
        act();
        return null;
    }

    private static string Counted(HandshakeSnapshot before, HandshakeSnapshot now) => string.Concat(
        (now.Missed - before.Missed, now.WrongAcknowledgements - before.WrongAcknowledgements,
            now.LateAcknowledgements - before.LateAcknowledgements, now.TimedOut - before.TimedOut) switch
        {
            (0, 0, 0, 0) => "",
            (1, 0, 0, 0) => "m",
            (0, 1, 0, 0) => "w",
            (0, 0, 1, 0) => "l",
            (0, 0, 0, 1) => "t",
            var other => other.ToString(),
        });

    private static HandshakeSnapshot Uncounted(HandshakeSnapshot now, HandshakeSnapshot before) => now with
    {
        Missed = before.Missed,
        WrongAcknowledgements = before.WrongAcknowledgements,
        LateAcknowledgements = before.LateAcknowledgements,
    };

    private static void Holds(HandshakeSnapshot now)
    {
        Assert.Equal(now.IsResultValid, now.Verdict is not null && now.ResultId is not null);
        Assert.Equal(now.State is HandshakeState.NotReady or HandshakeState.Offline, now.Reason is not null);
        Assert.True(now.PartId is null || now.IsBusy || now.IsResultValid);
        Assert.True(!now.IsResultValid || now.Result == now.Trigger);
    }
}
