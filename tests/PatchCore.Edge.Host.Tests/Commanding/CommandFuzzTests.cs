using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Host.Learning;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Commanding;

/// <summary>
/// Whatever comes on a command topic: no exception, one answer, and nothing happens without a command.
/// </summary>
public sealed class CommandFuzzTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "2.5", "1e999", "-0", "\"\"", "\"trigger\"", "\"threshold\"", "\"pause\"",
        "\"resume\"", "\"rollback\"", "\"recipe\"", "\"status\"", "\"acknowledge\"", "\"confirm\"", "\"bank/add\"",
        "\"01KJM89HZX0410C20A1G7104H0\"", "\"drift\"", "\"\\ud800\"",
        "\"\\u0000\"", "[]", "{}", "[[[[]]]]", "\"1970-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"",
        "\"0001-01-01T00:00:00+14:00\"",
        "\"patchcore.command/1\"", "\"patchcore.command/2\"",
    ];

    private static readonly string[] Names =
    [
        "schema", "command", "partId", "partType", "recipe", "threshold", "alarm", "by", "id", "good", "last", "sentAt",
        "other",
    ];

    [Fact]
    public async Task Random_bytes_change_nothing_and_are_answered()
    {
        await using var camera = new CommandedCamera(bundle, new ManualTime());
        var before = camera.Pipeline.Recipe;

        Prop.ForAll<byte[]>(payload => Refuses(camera, payload)).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

        Assert.Same(before, camera.Pipeline.Recipe);
        Assert.Equal((false, 0), (camera.Pipeline.IsPaused, camera.StatesTold));
    }

    [Fact]
    public async Task Damaged_command_changes_nothing_and_is_answered()
    {
        await using var camera = new CommandedCamera(bundle, new ManualTime());
        var before = camera.Pipeline.Recipe;
        var whole = CommandedCamera.BytesOf(new() { Command = CommandKind.Pause });
        var damaged =
            from at in Gen.Choose(0, whole.Length - 1)
            from value in Gen.Choose(0, 255)
            from length in Gen.Choose(0, whole.Length - 1)
            from cut in Gen.Elements(true, false)
            select cut ? whole[..length] : [.. whole[..at], (byte)value, .. whole[(at + 1)..]];

        Prop.ForAll(damaged.ToArbitrary(), payload => IsCommand(payload) || Refuses(camera, payload))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

        Assert.Same(before, camera.Pipeline.Recipe);
        Assert.Equal((false, 0), (camera.Pipeline.IsPaused, camera.StatesTold));
    }

    [Fact]
    public async Task Properties_of_any_value_change_something_only_as_a_command_that_allows_it()
    {
        await using var camera = new CommandedCamera(
            bundle, new ManualTime(), commands: new CommandsSettings { Snapshot = false },
            learner: board => new BankLearner(
                new ArchiveSettings { Path = "/nowhere" }, board, new NoTeacher(), NullLogger.Instance));
        var property =
            from name in Gen.Elements(Names)
            from value in Gen.Elements(Values)
            select $"\"{name}\":{value}";
        var message =
            from good in Gen.Elements(true, true, true, false)
            from properties in property.ListOf()
            select Encoding.UTF8.GetBytes(
                $"{{{string.Join(',', good ? properties.Append("\"schema\":\"patchcore.command/1\"") : properties)}}}");

        Prop.ForAll(message.ToArbitrary(), payload => Holds(camera, payload))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static bool Refuses(CommandedCamera camera, byte[] payload)
    {
        var before = camera.Sent.Count;
        camera.Receive(payload);
        var answer = CommandReply.Parse(camera.Sent[^1].Payload);
        return camera.Sent.Count == before + 1 && answer is { Accepted: false, Reason.Length: > 0 };
    }

    private static bool Holds(CommandedCamera camera, byte[] payload)
    {
        var before = (camera.Pipeline.Recipe, camera.Pipeline.IsPaused);
        var answers = camera.Sent.Count;
        camera.Receive(payload);
        SpinWait.SpinUntil(() => camera.Sent.Count > answers, TimeSpan.FromSeconds(20));
        var reply = CommandReply.Parse(camera.Sent[answers].Payload);
        var changed = before != (camera.Pipeline.Recipe, camera.Pipeline.IsPaused);
        return camera.Sent.Count == answers + 1 && reply.Accepted == reply.Reason is null
            && (!changed || (IsCommand(payload) && reply.Accepted
                && reply.Command is "threshold" or "pause" or "resume" or "recipe" or "rollback"));
    }

    private sealed class NoTeacher : IBankTeacher
    {
        public Task<BankUpdateReport> TeachAsync(string bundle, string pictures, CancellationToken stop) =>
            throw new InvalidOperationException("nothing is confirmed");
    }

    private static bool IsCommand(byte[] payload)
    {
        try
        {
            CommandMessage.Parse(payload);
            return true;
        }
        catch (WireException)
        {
            return false;
        }
    }
}
