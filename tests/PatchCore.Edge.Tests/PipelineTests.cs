using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Tests.Cameras;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

public sealed class PipelineTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    // Without a look at the clock that these tests do not count.
    private static readonly CameraOptions Every = new() { KeepEvery = true, StallTimeout = null };

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
        var clock = new LeapingClock(TimeSpan.FromMilliseconds(300));

        var results = await Run(
            new ScriptedSource(Picture("late")),
            new PipelineOptions { Deadline = TimeSpan.FromMilliseconds(250) }, clock);

        var result = Assert.Single(results);
        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.Equal("late: waited 300 ms since capture, the deadline is 250 ms", result.Reason);
        Assert.Equal(TimeSpan.Zero, result.Inspected);
    }

    [Fact]
    public async Task Verdict_that_comes_past_the_deadline_is_an_error()
    {
        var clock = new LeapingClock(TimeSpan.FromMilliseconds(200));

        var results = await Run(
            new ScriptedSource(Picture("slow")),
            new PipelineOptions { Deadline = TimeSpan.FromMilliseconds(250) }, clock);

        var result = Assert.Single(results);
        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.Equal("late: took 400 ms since capture, the deadline is 250 ms", result.Reason);
        Assert.Null(result.Score);
        Assert.NotEqual(TimeSpan.Zero, result.Inspected);
    }

    [Fact]
    public async Task Stopping_ends_the_run_while_the_camera_is_silent()
    {
        using var stop = new CancellationTokenSource();
        var source = new ScriptedSource(Picture("only"), ScriptedSource.Silent);

        var results = await Run(source, new PipelineOptions(), TimeProvider.System, stop);

        Assert.Equal("only", Assert.Single(results).PartId);
    }

    private Func<Frame, CancellationToken, bool> Picture(string partId) => (frame, _) =>
    {
        frame.Prepare().ReadInto(Directory.GetFiles(trained.Good).Order().First());
        frame.PartId = partId;
        return true;
    };

    private async Task<List<Result>> Run(
        IFrameSource source, PipelineOptions options, TimeProvider clock,
        CancellationTokenSource? stopAfterFirst = null)
    {
        using var model = trained.Load();
        using var inspector = model.CreateInspector();
        await using var camera = new Camera("one", () => source, Every, clock, NullLogger.Instance);
        var sink = new Collector(stopAfterFirst);
        var pipeline = new Pipeline(camera, inspector, sink, options, clock);

        await pipeline.RunAsync(stopAfterFirst?.Token ?? CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(sink.Results.Count, pipeline.Verdicts);
        return sink.Results;
    }

    private sealed record Result(
        long FrameId, string? PartId, Verdict Verdict, float? Score, string? Reason, TimeSpan Inspected);

    private sealed class Collector(CancellationTokenSource? stop) : IResultSink
    {
        public List<Result> Results { get; } = [];

        public void Publish(in InspectionOutcome outcome)
        {
            Results.Add(new Result(
                outcome.Frame.Id, outcome.Frame.PartId, outcome.Verdict, outcome.Score?.Score, outcome.Reason,
                outcome.Times.Total));
            stop?.Cancel();
        }
    }

    /// <summary>Jumps ahead at every look, so that a test knows how long everything took.</summary>
    private sealed class LeapingClock(TimeSpan leap) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _now, leap.Ticks);
    }
}
