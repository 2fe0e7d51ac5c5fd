using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;
using PatchCore.Edge.Tests.Cameras;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

/// <summary>One trigger, one result: with its part id, on time, whatever happens.</summary>
public sealed class TriggerTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(250);

    private static readonly PipelineOptions Command =
        new() { Deadline = TimeSpan.FromSeconds(20), Trigger = new() { Kind = TriggerKind.Command } };

    [Fact]
    public async Task Request_is_answered_by_one_verdict_with_its_part_id_and_other_frames_by_none()
    {
        await using var line = trained.Line(new LiveSource(trained.Picture(null)), Command, TimeProvider.System);
        line.Engine.Start();
        await InspectionLine.Until(() => line.Camera.Captured > 5);

        Assert.Null(line.Pipeline.Request(new PartRequest("part-17")));
        var first = (await line.Results(1))[0];
        Assert.Null(line.Pipeline.Request(new PartRequest("part-18")));
        var results = await line.Results(2);
        await InspectionLine.Until(() => line.Camera.Captured > results[1].FrameId + 5);

        Assert.Equal(("part-17", Verdict.Pass), (first.PartId, first.Verdict));
        Assert.Equal("part-18", results[1].PartId);
        Assert.Equal(2, (await line.Results(2)).Count);
        Assert.Equal(0, line.Camera.Dropped);
        Assert.Equal(2, line.Pipeline.Admitted);
    }

    [Fact]
    public async Task Frame_complete_before_the_request_and_its_delay_does_not_show_the_part()
    {
        var clock = new ManualTimeProvider();
        var options = Command with { Trigger = Command.Trigger with { Delay = TimeSpan.FromMilliseconds(40) } };
        await using var line = trained.Line(new LiveSource(trained.Picture(null)), options, clock);
        line.Engine.Start();
        await InspectionLine.Until(() => line.Camera.Captured > 2);

        Assert.Null(line.Pipeline.Request(new PartRequest("part-1")));
        var before = line.Camera.Captured;
        await InspectionLine.Until(() => line.Camera.Captured > before + 5);
        Assert.Equal(0, line.Pipeline.Verdicts);
        clock.Advance(TimeSpan.FromMilliseconds(40));

        Assert.True((await line.Results(1))[0].FrameId > before + 5);
    }

    [Fact]
    public async Task Request_without_a_frame_is_an_error_at_its_deadline()
    {
        var clock = new ManualTimeProvider();
        var source = new LiveSource(trained.Picture(null));
        await using var line = trained.Line(source, Command with { Deadline = Deadline }, clock);
        line.Engine.Start();
        await InspectionLine.Until(() => line.Camera.Captured > 0);
        source.IsPaused = true;
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var captured = line.Camera.Captured;

        Assert.Null(line.Pipeline.Request(new PartRequest("gone")));
        Assert.Equal(0, line.Pipeline.Verdicts);
        clock.Advance(Deadline);

        var result = (await line.Results(1))[0];
        Assert.Equal(("gone", Verdict.Error, 0L), (result.PartId, result.Verdict, result.FrameId));
        Assert.Equal("no frame within 250 ms", result.Reason);
        source.IsPaused = false;
        await InspectionLine.Until(() => line.Camera.Captured > captured + 5);
        Assert.Equal(1, line.Pipeline.Verdicts);
    }

    [Fact]
    public async Task Frames_that_failed_do_not_show_the_part_and_are_named_when_none_does()
    {
        var clock = new ManualTimeProvider();
        var source = new LiveSource(
            ScriptedSource.Throw(new CameraException("3 packets are missing", sourceUsable: true)));
        await using var line = trained.Line(source, Command with { Deadline = Deadline }, clock);
        line.Engine.Start();

        Assert.Null(line.Pipeline.Request(new PartRequest("part-1")));
        var failures = line.Camera.Failures;
        await InspectionLine.Until(() => line.Camera.Failures > failures + 2);
        clock.Advance(Deadline);

        Assert.Equal("no frame within 250 ms: 3 packets are missing", (await line.Results(1))[0].Reason);
    }

    [Fact]
    public async Task Inspection_that_does_not_end_is_an_error_at_the_deadline_and_its_own_verdict_never_follows()
    {
        var clock = new ManualTimeProvider();
        using var begun = new ManualResetEventSlim();
        using var hold = new ManualResetEventSlim();
        InspectionLine? line = null;
        var options = Command with
        {
            Deadline = Deadline,
            RecipeFor = _ =>
            {
                begun.Set();
                hold.Wait();
                return line!.Pipeline.Recipe;
            },
        };
        await using (line = trained.Line(new LiveSource(trained.Picture(null)), options, clock))
        {
            line.Engine.Start();
            Assert.Null(line.Pipeline.Request(new PartRequest("slow", "any")));
            await InspectionLine.Until(() => begun.IsSet);

            clock.Advance(Deadline);

            var late = (await line.Results(1))[0];
            Assert.Equal(("slow", Verdict.Error, null), (late.PartId, late.Verdict, late.Score));
            Assert.Equal("late: no verdict 250 ms since trigger, the deadline is 250 ms", late.Reason);
            Assert.True(late.FrameId > 0);
            hold.Set();
            Assert.Null(line.Pipeline.Request(new PartRequest("next")));
            var next = (await line.Results(2))[1];
            Assert.Equal(("next", Verdict.Pass), (next.PartId, next.Verdict));
            Assert.Equal(2, line.Pipeline.Verdicts);
        }
    }

    [Fact]
    public async Task Camera_that_awaits_triggers_takes_one_picture_a_request()
    {
        await using var line = trained.Line(
            new LiveSource(trained.Picture(null), awaitsTrigger: true), Command, TimeProvider.System);
        line.Engine.Start();
        await InspectionLine.Until(() => line.Camera.IsTriggerable);

        foreach (var part in (string[])["a", "b", "c"])
            Assert.Null(line.Pipeline.Request(new PartRequest(part)));

        var results = await line.Results(3);
        Assert.Equal(["a", "b", "c"], results.Select(r => r.PartId));
        Assert.Equal([1L, 2L, 3L], results.Select(r => r.FrameId));
        Assert.Equal(3, line.Camera.Captured);
    }

    [Fact]
    public async Task Camera_that_does_not_take_the_trigger_is_an_error_at_once()
    {
        var source = new LiveSource(trained.Picture(null), awaitsTrigger: true)
        {
            RefusesTriggers = new CameraException("TriggerSoftware was refused"),
        };
        await using var line = trained.Line(source, Command, TimeProvider.System);
        line.Engine.Start();
        await InspectionLine.Until(() => line.Camera.IsTriggerable);

        Assert.Null(line.Pipeline.Request(new PartRequest("part-1")));

        Assert.Equal(
            "the camera was not triggered: TriggerSoftware was refused", (await line.Results(1))[0].Reason);
    }

    [Fact]
    public async Task Requests_past_the_queue_are_refused_and_stopping_answers_those_that_wait()
    {
        var source = new LiveSource(trained.Picture(null)) { IsPaused = true };
        var options = Command with { Trigger = Command.Trigger with { Queue = 2 } };
        await using var line = trained.Line(source, options, TimeProvider.System);
        line.Engine.Start();

        Assert.Null(line.Pipeline.Request(new PartRequest("a")));
        Assert.Null(line.Pipeline.Request(new PartRequest("b")));
        Assert.Equal("2 parts wait already at camera one", line.Pipeline.Request(new PartRequest("c")));
        await line.Engine.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(
            [("a", "the station is stopping"), ("b", "the station is stopping")],
            (await line.Results(2)).Select(r => (r.PartId!, r.Reason!)));
        Assert.Equal("the station is stopping", line.Pipeline.Request(new PartRequest("d")));
    }

    [Fact]
    public async Task Part_type_chooses_the_recipe_and_an_unknown_one_is_an_error()
    {
        using var other = trained.Load();
        var special = LineRecipe.Of("special", other, threshold: 0.001f);
        var options = Command with { RecipeFor = type => type == "S" ? special : null };
        await using var line = trained.Line(new LiveSource(trained.Picture(null)), options, TimeProvider.System);
        line.Engine.Start();

        foreach (var type in (string?[])["S", null, "T"])
            Assert.Null(line.Pipeline.Request(new PartRequest($"of {type}", type)));

        var results = await line.Results(3);
        Assert.Equal(
            [("special", 0.001f, Verdict.Fail), ("flange", line.Pipeline.Recipe.Threshold, Verdict.Pass)],
            results.Take(2).Select(r => (r.Recipe, r.Threshold, r.Verdict)));
        Assert.Equal("there is no recipe for part type 'T'", results[2].Reason);
    }

    [Fact]
    public async Task Every_frame_of_a_camera_with_a_hardware_trigger_is_a_part_and_none_is_dropped()
    {
        var reads = Enumerable.Range(0, 30).Select(i => trained.Picture($"p{i}")).ToArray();
        var options = Command with { Trigger = new() { Kind = TriggerKind.Hardware } };
        await using var line = trained.Line(new ScriptedSource(reads), options, TimeProvider.System);
        line.Engine.Start();

        var results = await line.Results(30);

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"p{i}"), results.Select(r => r.PartId));
        Assert.Equal(0, line.Camera.Dropped);
    }

    [Fact]
    public async Task Part_that_comes_into_view_is_inspected_once()
    {
        Func<Frame, CancellationToken, bool> empty = (frame, _) =>
        {
            frame.Prepare(320, 320, PixelFormat.Bgr24).Pixels.Fill(40);
            return true;
        };
        var part = trained.Picture("part");
        var options = Command with { Trigger = new() { Kind = TriggerKind.OnChange } };
        await using var line = trained.Line(
            new ScriptedSource(empty, empty, part, part, part, empty, part, empty), options, TimeProvider.System);
        line.Engine.Start();
        await line.Pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([3L, 7L], (await line.Results(2)).Select(r => r.FrameId));
        Assert.Equal(2, line.Pipeline.Verdicts);
    }

    [Fact]
    public async Task Continuous_camera_gives_so_many_frames_a_second_as_asked_for()
    {
        var clock = new ManualTimeProvider();
        var reads = Enumerable.Range(0, 25).Select(i => (Func<Frame, CancellationToken, bool>)((frame, _) =>
        {
            clock.SetUtcNow(clock.GetUtcNow() + TimeSpan.FromMilliseconds(40));
            return trained.Picture($"{i}")(frame, default);
        })).ToArray();
        var options = new PipelineOptions { Trigger = new() { FramesPerSecond = 10 } };
        await using var line = trained.Line(new ScriptedSource(reads), options, clock);
        line.Engine.Start();
        await line.Pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(
            [1L, 4L, 6L, 9L, 11L, 14L, 16L, 19L, 21L, 24L], (await line.Results(10)).Select(r => r.FrameId));
    }

    [Fact]
    public async Task Paused_line_lets_frames_go_by_and_gives_the_parts_that_wait_their_error()
    {
        var source = new LiveSource(trained.Picture(null)) { IsPaused = true };
        await using var line = trained.Line(source, Command, TimeProvider.System);
        line.Engine.Start();
        Assert.Null(line.Pipeline.Request(new PartRequest("waits")));

        line.Pipeline.Pause();
        source.IsPaused = false;

        var result = (await line.Results(1))[0];
        Assert.Equal(("waits", Verdict.Error, "camera one is paused"), (result.PartId, result.Verdict, result.Reason));
        Assert.Equal("camera one is paused", line.Pipeline.Request(new PartRequest("refused")));
        await InspectionLine.Until(() => line.Camera.Skipped > 5);
        line.Pipeline.Resume();
        Assert.Null(line.Pipeline.Request(new PartRequest("next")));
        Assert.Equal("next", (await line.Results(2))[1].PartId);
    }

    [Fact]
    public async Task Camera_that_drops_frames_takes_no_triggers()
    {
        await using var camera = new Camera(
            "one", () => new ScriptedSource(), new CameraOptions(), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        using var model = trained.Load();

        var error = Assert.Throws<ArgumentException>(() => new Pipeline(
            camera, LineRecipe.Of("flange", model), new Silent(), Command, TimeProvider.System));

        Assert.StartsWith("camera one has triggers, and may not drop frames", error.Message, StringComparison.Ordinal);
    }

    private sealed class Silent : IResultSink
    {
        public PublishTimes Publish(in InspectionOutcome outcome) => default;
    }
}
