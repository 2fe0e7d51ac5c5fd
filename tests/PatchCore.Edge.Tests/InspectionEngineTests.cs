using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Tests.Cameras;

namespace PatchCore.Edge.Tests;

/// <summary>Several cameras on one engine.</summary>
public sealed class InspectionEngineTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Every_frame_of_every_camera_gets_its_verdict_in_order(int workers)
    {
        using var model = trained.Load();
        await using var station = new Station(
            model, workers, [.. Enumerable.Range(0, 3).Select(camera => Source(camera, frames: 15))]);

        await station.RunAsync();

        for (var camera = 0; camera < 3; camera++)
        {
            Assert.Equal(
                Enumerable.Range(0, 15).Select(i => $"{camera}-{i}"),
                station.Verdicts.Where(v => v.Camera == camera).Select(v => v.PartId));
        }
    }

    [Fact]
    public async Task Cameras_take_turns()
    {
        using var model = trained.Load();
        await using var station = new Station(model, workers: 1, [Source(0, frames: 20), Source(1, frames: 20)]);
        // Both queues are full before the first turn.
        foreach (var camera in station.Cameras)
            camera.Start();
        await InspectionLine.Until(() => station.Cameras.All(camera => camera.Captured >= 4));

        await station.RunAsync();

        Assert.Equal([0, 1, 0, 1, 0, 1], station.Verdicts.Take(6).Select(v => v.Camera));
    }

    [Fact]
    public async Task Part_that_was_triggered_comes_before_frames_that_were_not()
    {
        using var model = trained.Load();
        await using var station = new Station(
            model, workers: 1, [Source(0, frames: 20), Source(1, frames: 4)], TriggerKind.Hardware);
        foreach (var camera in station.Cameras)
            camera.Start();
        await InspectionLine.Until(() => station.Cameras.All(camera => camera.Captured >= 4));

        await station.RunAsync();

        Assert.Equal([1, 1, 1, 1], station.Verdicts.Take(4).Select(v => v.Camera));
    }

    [Fact]
    public async Task Camera_that_fails_for_good_does_not_keep_the_others_from_their_verdicts()
    {
        using var model = trained.Load();
        await using var station = new Station(
            model, workers: 1,
            [
                new ScriptedSource(ScriptedSource.Throw(new CameraException("the cable is out"))),
                Source(1, frames: 5),
            ]);

        var failed = await Assert.ThrowsAsync<CameraException>(station.RunAsync);

        Assert.Equal("camera c0 has failed: the cable is out", failed.Message);
        await station.Pipelines[1].Completion.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(5, station.Verdicts.Count(v => v.Camera == 1));
    }

    [Fact]
    public async Task Frames_that_are_dropped_make_an_overload_and_it_is_over_when_none_are()
    {
        using var goOn = new SemaphoreSlim(0);
        var overloads = new List<bool>();
        var source = new LiveSource(trained.Picture(null), awaitsTrigger: true);
        using var model = trained.Load();
        await using var camera = new Camera(
            "one", () => source, new CameraOptions(), TimeProvider.System, NullLogger.Instance);
        using var pipeline = new Pipeline(
            camera, LineRecipe.Of("flange", model), new Slow(goOn, overloads), new PipelineOptions(),
            TimeProvider.System);
        await using var engine = new InspectionEngine([pipeline]);
        engine.Start();
        await InspectionLine.Until(() => camera.IsTriggerable);

        // Three frames come for each verdict: one of them is dropped for the next.
        for (var i = 1L; i <= 30; i++)
            await Show(frames: 3, verdicts: i);
        goOn.Release(100);
        await InspectionLine.Until(() => pipeline.Inspected == pipeline.Admitted - camera.Dropped);
        var overloaded = engine.IsOverloaded;
        for (var i = 0; i < 60; i++)
            await Show(frames: 1, verdicts: pipeline.Inspected + 1);

        Assert.True(overloaded);
        Assert.InRange(overloads.IndexOf(true), 10, 30); // half of the share at 5 % a frame: 14 such frames
        Assert.False(engine.IsOverloaded);
        Assert.False(overloads[^1]);

        async Task Show(int frames, long verdicts)
        {
            for (var frame = 0; frame < frames; frame++)
            {
                var captured = camera.Captured;
                camera.Trigger();
                await InspectionLine.Until(() => camera.Captured > captured);
            }

            goOn.Release();
            await InspectionLine.Until(() => pipeline.Inspected >= verdicts);
        }
    }

    private ScriptedSource Source(int camera, int frames) =>
        new([.. Enumerable.Range(0, frames).Select(i => trained.Picture($"{camera}-{i}"))]);

    private sealed class Station : IAsyncDisposable
    {
        private readonly InspectionEngine _engine;

        public Station(
            InspectionModel model, int workers, IFrameSource[] sources, TriggerKind last = TriggerKind.Continuous)
        {
            var recipe = LineRecipe.Of("flange", model);
            Cameras = [.. sources.Select((source, i) => new Camera(
                $"c{i}", () => source, new CameraOptions { KeepEvery = true, MaxAttempts = 1 }, TimeProvider.System,
                NullLogger.Instance))];
            Pipelines = [.. Cameras.Select((camera, i) => new Pipeline(
                camera, recipe, new Sink(i, Verdicts),
                new PipelineOptions
                {
                    Trigger = new() { Kind = i == sources.Length - 1 ? last : TriggerKind.Continuous },
                },
                TimeProvider.System))];
            _engine = new InspectionEngine(Pipelines, workers);
        }

        public Camera[] Cameras { get; }

        public Pipeline[] Pipelines { get; }

        public List<(int Camera, string? PartId)> Verdicts { get; } = [];

        public Task RunAsync()
        {
            _engine.Start();
            return Task.WhenAll(Pipelines.Select(p => p.Completion)).WaitAsync(TimeSpan.FromSeconds(30));
        }

        public async ValueTask DisposeAsync()
        {
            await _engine.DisposeAsync();
            foreach (var camera in Cameras)
                await camera.DisposeAsync();
            foreach (var pipeline in Pipelines)
                pipeline.Dispose();
        }
    }

    private sealed class Sink(int camera, List<(int Camera, string? PartId)> verdicts) : IResultSink
    {
        public PublishTimes Publish(in InspectionOutcome outcome)
        {
            lock (verdicts)
                verdicts.Add((camera, outcome.Frame.PartId));
            return default;
        }
    }

    /// <summary>Each verdict takes until it is let go; at most 5 s, so that a test that fails also ends.</summary>
    private sealed class Slow(SemaphoreSlim goOn, List<bool> overloads) : IResultSink
    {
        public PublishTimes Publish(in InspectionOutcome outcome)
        {
            overloads.Add(outcome.Overloaded);
            goOn.Wait(TimeSpan.FromSeconds(5));
            return default;
        }
    }
}
