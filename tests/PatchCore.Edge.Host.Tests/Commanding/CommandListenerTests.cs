using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Commanding;

public sealed class CommandListenerTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Threshold_holds_until_the_recipe_changes_and_comes_back_with_a_rollback()
    {
        await using var camera = new CommandedCamera(bundle, _time);
        var own = camera.Board.Of("top").Threshold;

        var reply = await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 3.5f });

        Assert.Equal((true, "bundle", 3.5f), (reply.Accepted, reply.RecipeName, reply.Threshold!.Value));
        Assert.Equal(3.5f, camera.Pipeline.Recipe.Threshold);
        Assert.Same(camera.Board.Of("top"), camera.Pipeline.Recipe);
        reply = await camera.Tell(new() { Command = CommandKind.UseRecipe, RecipeName = "bundle" });
        Assert.Equal(own, reply.Threshold);
        reply = await camera.Tell(new() { Command = CommandKind.Rollback });
        Assert.Equal(3.5f, reply.Threshold);
        Assert.Equal(3.5f, camera.Pipeline.Recipe.Threshold);
    }

    [Fact]
    public async Task Paused_camera_inspects_nothing_and_refuses_triggers_until_it_resumes()
    {
        await using var camera = new CommandedCamera(bundle, _time);
        Assert.True((await camera.Tell(new() { Command = CommandKind.Trigger, PartId = "waits" })).Accepted);

        Assert.True((await camera.Tell(new() { Command = CommandKind.Pause })).Accepted);
        camera.Start();
        var refused = await camera.Tell(new() { Command = CommandKind.Trigger, PartId = "part-1" });
        await CommandedCamera.Until(() => camera.Camera.Skipped > 5);

        Assert.Equal((false, "camera top is paused"), (refused.Accepted, refused.Reason));
        Assert.Equal((1, 1), (camera.Pipeline.Verdicts, camera.Pipeline.Tally.Errors));
        var status = (await camera.Tell(new() { Command = CommandKind.Status })).Status!;
        Assert.Equal((CameraState.Streaming, true, 1, 0), (status.State, status.Paused, status.Errors, status.Passed));
        Assert.True(status.Skipped > 5);
        Assert.True((await camera.Tell(new() { Command = CommandKind.Resume })).Accepted);
        Assert.True((await camera.Tell(new() { Command = CommandKind.Trigger, PartId = "part-2" })).Accepted);
        await CommandedCamera.Until(() => camera.Pipeline.Verdicts == 2);
        Assert.Equal(2, camera.StatesTold);
    }

    [Fact]
    public async Task Snapshot_is_a_picture_with_the_correlation_data_of_its_command()
    {
        await using var camera = new CommandedCamera(bundle, _time, TriggerKind.Continuous);
        camera.Start();

        var reply = await camera.Tell(new() { Command = CommandKind.Snapshot }, "a");
        camera.Receive(CommandedCamera.BytesOf(new() { Command = CommandKind.Snapshot }), "b", answerTo: "me");
        await CommandedCamera.Until(() => camera.Sent.Count(sent => sent.Topic == "me") == 2);

        var picture = Assert.Single(camera.Sent, sent => sent.Topic == "factory/s1/top/snapshot");
        Assert.Equal(("image/jpeg", "a"), (picture.Delivery.ContentType, picture.Delivery.Correlation?.ToString()));
        Assert.Equal([0xff, 0xd8, 0xff], picture.Payload[..3]);
        Assert.Equal(
            ["station s1", "camera top", $"frameId {reply.Snapshot!.FrameId}"],
            picture.Delivery.UserProperties!.Take(3).Select(property => $"{property.Name} {property.Value}"));
        Assert.Equal("factory/s1/top/snapshot", reply.Snapshot.Topic);
        Assert.True(reply.Snapshot.FrameId > 0);
        Assert.Equal(
            ["image/jpeg", "application/json"],
            camera.Sent.Where(sent => sent.Topic == "me").Select(sent => sent.Delivery.ContentType));
    }

    [Fact]
    public async Task Alarm_is_acknowledged_by_a_command()
    {
        await using var camera = new CommandedCamera(bundle, _time);
        camera.Alarms.Raise("top", AlarmKind.Drift, AlarmSeverity.Warning, "brightness 91 instead of 97");

        var seen = await camera.Tell(
            new() { Command = CommandKind.Acknowledge, Alarm = AlarmKind.Drift, By = "shift 2" });
        var none = await camera.Tell(new() { Command = CommandKind.Acknowledge, Alarm = AlarmKind.Overload });

        Assert.True(seen.Accepted);
        Assert.Equal("there is no alarm of this kind at camera top, nor at the station", none.Reason);
        var told = camera.Sent
            .Where(sent => sent.Topic == "factory/s1/top/alarm").Select(sent => AlarmMessage.Parse(sent.Payload));
        Assert.Equal([null, "shift 2"], told.Select(alarm => alarm.AcknowledgedBy));
    }

    [Fact]
    public async Task Repetition_is_answered_as_the_first_and_done_once()
    {
        await using var camera = new CommandedCamera(bundle, _time);
        var trigger = new CommandMessage
        {
            Command = CommandKind.Trigger,
            PartId = "part-1",
            SentAt = _time.GetUtcNow(),
        };
        await camera.Tell(trigger, "a");
        await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 3.5f }, "b");
        await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 4.5f }, "c");
        _time.Advance(TimeSpan.FromMinutes(9));

        // Too old by now, had it not been done already.
        await camera.Tell(trigger, "a");
        await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 3.5f }, "b");

        var answers = camera.Sent.Where(sent => sent.Topic == "factory/s1/top/reply").ToList();
        Assert.Equal(answers[0].Payload, answers[3].Payload);
        Assert.Equal(answers[1].Payload, answers[4].Payload);
        Assert.Equal(["a", "b", "c", "a", "b"], answers.Select(answer => answer.Delivery.Correlation?.ToString()));
        Assert.Equal(4.5f, camera.Pipeline.Recipe.Threshold);
        camera.Pipeline.Pause();
        Assert.Equal(1, camera.Pipeline.Verdicts);
        _time.Advance(TimeSpan.FromMinutes(2));
        await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 3.5f }, "b");
        Assert.Equal(3.5f, camera.Pipeline.Recipe.Threshold);
    }

    [Fact]
    public async Task Correlation_data_is_bytes_and_a_repetition_is_told_by_them()
    {
        await using var camera = new CommandedCamera(bundle, _time);
        var (one, other) = (new CorrelationData([0x00, 0xff, 0x80]), new CorrelationData([0x00, 0xfe, 0x80]));

        await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 3.5f }, one);
        await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 4.5f }, other);
        await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 3.5f }, one);
        var endless = await camera.Tell(
            new() { Command = CommandKind.Threshold, Threshold = 5.5f }, new CorrelationData(new byte[257]));

        Assert.Equal(4.5f, camera.Pipeline.Recipe.Threshold);
        Assert.Equal([one, other, one], camera.Sent.Select(sent => sent.Delivery.Correlation!).Take(3));
        Assert.Equal("correlation data has 257 bytes, expected at most 256", endless.Reason);
    }

    [Theory]
    [InlineData("factory/s1/top/result")]
    [InlineData("factory/s1/status")]
    [InlineData("factory/s1/anything")]
    [InlineData("factory/s2/top/result")]
    [InlineData("factory/s2/status")]
    [InlineData("factory/s2/top/picture")]
    [InlineData("factory/s2/top/map")]
    [InlineData("factory/s2/top/plc/handshake")]
    [InlineData("factory/s2/top/plc/set")]
    [InlineData("spBv1.0/line-4/NCMD/s2")]
    [InlineData("elsewhere/s2/top/command")]
    [InlineData("answers/#")]
    [InlineData("$SYS/answers")]
    [InlineData("")]
    public async Task Response_topic_that_a_station_uses_is_refused_on_the_reply_topic(string topic)
    {
        await using var camera = new CommandedCamera(bundle, _time);

        camera.Receive(CommandedCamera.BytesOf(new() { Command = CommandKind.Pause }), "a", answerTo: topic);

        var (at, payload, delivery) = Assert.Single(camera.Sent);
        var reply = CommandReply.Parse(payload);
        Assert.Equal(("factory/s1/top/reply", "a", false), (at, $"{delivery.Correlation}", reply.Accepted));
        Assert.StartsWith("the response topic ", reply.Reason, StringComparison.Ordinal);
        Assert.False(camera.Pipeline.IsPaused);
    }

    [Theory]
    [InlineData("factory/s1/top/reply")]
    [InlineData("factory/s2/top/reply")]
    [InlineData("mes/line-4/result")]
    public async Task Response_topic_of_who_commands_gets_the_answer(string topic)
    {
        await using var camera = new CommandedCamera(bundle, _time);

        camera.Receive(CommandedCamera.BytesOf(new() { Command = CommandKind.Status }), "a", answerTo: topic);

        await CommandedCamera.Until(() => camera.Sent.Count == 1);
        Assert.Equal(topic, camera.Sent[0].Topic);
        Assert.True(CommandReply.Parse(camera.Sent[0].Payload).Accepted);
    }

    [Theory]
    [InlineData(31, "it was sent 31.0 s ago, expected at most 30 s")]
    [InlineData(-31, "it was sent 31.0 s in the future, expected at most 30 s")]
    [InlineData(29, null)]
    [InlineData(-29, null)]
    public async Task Command_that_took_too_long_is_refused(int age, string? reason)
    {
        await using var camera = new CommandedCamera(bundle, _time);

        var reply = await camera.Tell(
            new() { Command = CommandKind.Pause, SentAt = _time.GetUtcNow().AddSeconds(-age) });

        Assert.Equal(reason, reply.Reason);
        Assert.Equal(reason is null, camera.Pipeline.IsPaused);
    }

    [Fact]
    public async Task Command_that_is_retained_too_long_or_not_allowed_is_refused()
    {
        await using var camera = new CommandedCamera(
            bundle, _time, commands: new CommandsSettings { Threshold = false, Pause = false });
        var before = camera.Pipeline.Recipe;

        var retained = await camera.Tell(new() { Command = CommandKind.Rollback }, retain: true);
        var forbidden = await camera.Tell(new() { Command = CommandKind.Threshold, Threshold = 1 });
        var resume = await camera.Tell(new() { Command = CommandKind.Resume });
        var endless = await camera.Tell(new() { Command = CommandKind.Trigger, PartId = new string('x', 16384) });

        Assert.Equal("it is a retained message, expected one that is not", retained.Reason);
        Assert.Equal("it is not allowed here: Commands:Threshold is false", forbidden.Reason);
        Assert.Equal("it is not allowed here: Commands:Pause is false", resume.Reason);
        Assert.EndsWith("bytes, expected at most 16384", endless.Reason, StringComparison.Ordinal);
        Assert.Same(before, camera.Pipeline.Recipe);
        Assert.Equal(0, camera.StatesTold);
    }
}
