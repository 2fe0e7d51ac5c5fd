using PatchCore.Edge.Cameras;
using PatchCore.Edge.Tests.Cameras;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

public sealed class PipelineTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    [Fact]
    public async Task Every_frame_of_a_folder_gets_exactly_one_verdict()
    {
        var source = new FolderSource(new FolderSourceOptions { Directory = trained.Good }, TimeProvider.System);

        var results = await Run(source, new PipelineOptions(), TimeProvider.System);

        Assert.Equal(
            Enumerable.Range(1, SimulatedBundle.GoodParts).Select(id => (long)id), results.Select(r => r.FrameId));
        Assert.Equal(
            Enumerable.Range(0, SimulatedBundle.GoodParts).Select(i => $"{i:000}"), results.Select(r => r.PartId));
        Assert.All(results, r => Assert.Equal((Verdict.Pass, null), (r.Verdict, r.Reason)));
        Assert.All(results, r => Assert.True(r.Score > 0));
    }

    [Fact]
    public async Task Frame_without_a_picture_is_an_error_and_the_next_one_is_inspected()
    {
        var source = new ScriptedSource(
            ScriptedSource.Throw(new CameraException("part-1.png cannot be read: damaged", sourceUsable: true)),
            Picture("part-2"));

        var results = await Run(source, new PipelineOptions(), TimeProvider.System);

        Assert.Equal(2, results.Count);
        Assert.Equal(
            (Verdict.Error, "part-1.png cannot be read: damaged", null),
            (results[0].Verdict, results[0].Reason, results[0].Score));
        Assert.Equal((Verdict.Pass, "part-2"), (results[1].Verdict, results[1].PartId));
    }

    [Fact]
    public async Task Inspection_that_throws_is_an_error_with_its_reason()
    {
        var source = new ScriptedSource((frame, _) => frame.Prepare().IsEmpty, Picture("part-2"));

        var results = await Run(source, new PipelineOptions(), TimeProvider.System);

        Assert.Equal(Verdict.Error, results[0].Verdict);
        Assert.StartsWith("inspection failed: ", results[0].Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Pass, results[1].Verdict);
    }

    [Fact]
    public async Task Frame_that_waited_past_the_deadline_is_an_error_and_is_not_inspected()
    {
        var clock = new ManualTimeProvider();
        // The engine takes the frame only after the camera has read the next one, and the clock was turned.
        var source = new ScriptedSource(Picture("late"));
        await using var line = trained.Line(
            source, new PipelineOptions { Deadline = TimeSpan.FromMilliseconds(250) }, clock);
        line.Camera.Start();
        await InspectionLine.Until(() => line.Camera.Captured == 1);
        clock.Advance(TimeSpan.FromMilliseconds(300));

        line.Engine.Start();

        var result = (await line.Results(1))[0];
        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.Equal("late: waited 300 ms since capture, the deadline is 250 ms", result.Reason);
        Assert.Equal(TimeSpan.Zero, result.Inspected);
    }

    [Fact]
    public async Task Stopping_ends_the_run_while_the_camera_is_silent()
    {
        await using var line = trained.Line(
            new ScriptedSource(Picture("only"), ScriptedSource.Silent), new PipelineOptions(), TimeProvider.System);
        line.Engine.Start();
        await line.Results(1);

        await line.Engine.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("only", Assert.Single(await line.Results(1)).PartId);
        Assert.False(line.Pipeline.Completion.IsCompleted);
    }

    [Fact]
    public async Task Stages_are_timed()
    {
        await using var line = trained.Line(
            new ScriptedSource(Picture("a"), Picture("b")), new PipelineOptions(), TimeProvider.System);
        line.Engine.Start();
        await line.Pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(30));

        var counts = line.Pipeline.Latencies.Stages.ToDictionary(s => s.Name, s => s.Latency.Count);

        Assert.Equal(
            new()
            {
                ["capture"] = 0,
                ["queue"] = 2,
                ["convert"] = 2,
                ["embed"] = 2,
                ["search"] = 2,
                ["score"] = 2,
                ["render"] = 0,
                ["publish"] = 2,
                ["total"] = 2,
            },
            counts);
        Assert.True(line.Pipeline.Latencies.Total.Percentile(1) > line.Pipeline.Latencies.Embed.Percentile(1));
    }

    private Func<Frame, CancellationToken, bool> Picture(string partId) => trained.Picture(partId);

    private async Task<List<LineResult>> Run(IFrameSource source, PipelineOptions options, TimeProvider clock)
    {
        await using var line = trained.Line(source, options, clock);
        line.Engine.Start();
        await line.Pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(30));
        var results = await line.Results((int)line.Pipeline.Verdicts);
        Assert.Equal(results.Count, line.Pipeline.Verdicts);
        return results;
    }
}
