using FsCheck;
using FsCheck.Fluent;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Publishing;

/// <summary>Whatever comes in whatever order, a handshake keeps its word.</summary>
public sealed class HandshakePropertyTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public void Random_inputs_keep_the_promises_to_the_controller()
    {
        var input =
            from kind in Gen.Choose(0, 9)
            from number in Gen.Choose(0, 4)
            from part in Gen.Elements("a", "b", null)
            from seconds in Gen.Choose(0, 6)
            select (kind, number, part, TimeSpan.FromSeconds(seconds));

        Prop.ForAll(input.ListOf().ToArbitrary(), inputs => Keeps(inputs))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(200));
    }

    private static bool Keeps(IEnumerable<(int Kind, int Number, string? Part, TimeSpan Wait)> inputs)
    {
        var machine = new PlcHandshake(7, Timeout);
        var now = TimeSpan.Zero;
        var (taken, withdrawn, completed, acknowledged) = (0, 0, 0, 0);
        Verdict? verdict = null;
        foreach (var (kind, number, part, wait) in inputs)
        {
            now += wait;
            var before = machine.Snapshot;
            HandshakeReply? reply = null;
            switch (kind)
            {
                case 0 or 1:
                    // As a controller counts, and sometimes wrongly.
                    int? counted = number switch { 0 => null, 1 => 9, 2 => before.Trigger, _ => before.Trigger + 1 };
                    reply = machine.Trigger(part, counted, now).Reply;
                    taken += reply == HandshakeReply.Accepted ? 1 : 0;
                    break;
                case 2 or 3:
                    verdict = before.IsBusy ? (Verdict)(number % 3) : verdict;
                    completed += before.IsBusy ? 1 : 0;
                    machine.Complete((Verdict)(number % 3), new ResultId(1, 1), now);
                    break;
                case 4 or 5:
                    reply = machine.Acknowledge(part, number == 0 ? null : before.Result + number - 2, now).Reply;
                    acknowledged += reply == HandshakeReply.Accepted ? 1 : 0;
                    break;
                case 6:
                    machine.Tick(now);
                    break;
                case 7:
                    machine.SetReadiness(number > 1 ? null : "gone");
                    break;
                case 8:
                    withdrawn += before.IsBusy ? 1 : 0;
                    machine.Withdraw();
                    break;
                default:
                    machine.Beat();
                    break;
            }

            var after = machine.Snapshot;
            var settled = acknowledged + after.TimedOut;
            if (!(
                // Never a pass without a verdict that says so, and never while nothing is held.
                (!after.IsResultOk || (after.IsResultValid && verdict == Verdict.Pass))
                && after.Verdict == (after.IsResultValid ? verdict : null)
                // Every part that was taken ends by a result or is taken back, and each result is settled once.
                && taken == withdrawn + completed + (after.IsBusy ? 1 : 0)
                && completed == settled + (after.IsResultValid ? 1 : 0)
                && (!before.IsBusy || after.IsBusy || kind is 2 or 3 or 8)
                && (!after.IsBusy || before.IsBusy || reply == HandshakeReply.Accepted)
                // Numbers count parts, and counts never fall.
                && after.Trigger == taken - withdrawn
                && after.Result <= after.Trigger && after.Result >= before.Result
                && after.Run == before.Run && after.Heartbeat >= before.Heartbeat
                && after.Missed >= before.Missed && after.TimedOut >= before.TimedOut
                && after.WrongAcknowledgements >= before.WrongAcknowledgements
                && after.LateAcknowledgements >= before.LateAcknowledgements
                && (reply != HandshakeReply.Refused || after != before)
                // Who looks at the clock never finds a result that is held for too long.
                && (kind is 2 or 3 or > 6 || machine.Due is null || machine.Due > now)))
            {
                return false;
            }
        }

        return true;
    }
}
