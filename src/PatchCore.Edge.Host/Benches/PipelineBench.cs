using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Benches;

/// <summary>What to run through the pipelines of a station.</summary>
internal sealed record PipelineBenchOptions
{
    public int Cameras { get; init; } = 1;

    /// <summary>Frames of each camera that are measured.</summary>
    public long Frames { get; init; } = 500;

    /// <summary>Frames of each camera before that.</summary>
    public long WarmUp { get; init; } = 100;

    /// <summary>Of each camera; null: as fast as they are inspected, none dropped.</summary>
    public double? FramesPerSecond { get; init; }

    public int Workers { get; init; } = 1;

    public HeatmapWhen Heatmap { get; init; } = HeatmapWhen.Fail;
}

/// <summary>Milliseconds that frames took in one stage.</summary>
internal sealed record StageTime(
    string Stage, long Count, double MeanMs, double P50Ms, double P95Ms, double P99Ms)
{
    public static StageTime Of(string stage, LatencyHistogram latency) => new(
        stage, latency.Count, latency.Mean.TotalMilliseconds, latency.Percentile(0.5).TotalMilliseconds,
        latency.Percentile(0.95).TotalMilliseconds, latency.Percentile(0.99).TotalMilliseconds);
}

/// <summary>What came of it.</summary>
internal sealed record PipelineBenchReport(
    int Cameras, long Frames, double Seconds, long Dropped, long Passed, long Failed, long Errors,
    IReadOnlyList<StageTime> Stages,
    double AllocatedBytesPerFrame, IReadOnlyList<int> Collections, double ResidentBeforeMiB, double ResidentAfterMiB)
{
    public double FramesPerSecond => Frames / Seconds;

    /// <summary>
    /// Share of the work on a frame that is neither embedding nor search: the means of all stages but waiting, each
    /// weighted by how many frames go through it.
    /// </summary>
    public double Overhead
    {
        get
        {
            double Work(params string[] stages) =>
                Stages.Where(s => stages.Contains(s.Stage)).Sum(s => s.MeanMs * s.Count);
            var rest = Work("capture", "convert", "score", "render", "publish");
            return rest / (rest + Work("embed", "search"));
        }
    }
}

/// <summary>
/// Frames in memory → camera, engine, sink → messages that a broker takes at once: the whole way of a station, with all
/// its threads.
/// </summary>
internal static class PipelineBench
{
    public static PipelineBenchReport Run(
        InspectionModel model, IReadOnlyList<NativeImage> pictures, PipelineBenchOptions options)
    {
        var time = TimeProvider.System;
        var recipe = LineRecipe.Of("bench", model);
        var names = Enumerable.Range(1, options.Cameras).Select(i => FormattableString.Invariant($"camera-{i}"));
        var settings = new EdgeSettings
        {
            Station = new StationSettings { Name = "bench" },
            Cameras = names.ToDictionary(
                name => name, _ => new CameraSettings { Heatmap = new HeatmapSettings { When = options.Heatmap } }),
        };
        var topics = new Topics(settings.Station.TopicRoot, settings.Station.Name);
        var ids = new ResultIdSource(time);
        var alarms = new Alarms(topics, TimeSpan.FromHours(1), (_, _, _) => { }, time);
        using var metrics = new StationMetrics();
        var ended = false;
        var lines = settings.Cameras.Keys.Select(name =>
        {
            var camera = new Camera(
                name, () => new MemorySource(pictures, options.FramesPerSecond, () => Volatile.Read(ref ended), time),
                new CameraOptions { KeepEvery = options.FramesPerSecond is null }, time, NullLogger.Instance);
            var sink = new MqttResultSink(
                name, settings, topics, ids, new DiscardingQueue(time), time, NullLogger.Instance);
            var drift = new DriftSink(
                name, settings.Cameras[name].Drift, topics, (_, _) => { }, alarms, time, NullLogger.Instance,
                new MeteredSink(name, metrics, sink));
            return (Camera: camera, Sink: sink, Pipeline: new Pipeline(
                camera, recipe, drift, new PipelineOptions(), time));
        }).ToList();
        var pipelines = lines.ConvertAll(line => line.Pipeline);
        var engine = new InspectionEngine(pipelines, options.Workers);
        engine.Start();

        Until(options.WarmUp);
        Settle();
        pipelines.ForEach(pipeline => pipeline.Latencies.Clear());
        var (verdicts, dropped) = (Count(p => p.Verdicts), Count(p => p.Camera.Dropped));
        var tally = metrics.Tally;
        var (passed, failed, errors) = (tally.Passed, tally.Failed, tally.Errors);
        var resident = Resident();
        var collections = Collections();
        var allocated = GC.GetTotalAllocatedBytes();
        var start = Stopwatch.GetTimestamp();

        Until(options.WarmUp + options.Frames);

        var elapsed = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        verdicts = Count(p => p.Verdicts) - verdicts;
        var report = new PipelineBenchReport(
            options.Cameras, verdicts, elapsed.TotalSeconds, Count(p => p.Camera.Dropped) - dropped,
            tally.Passed - passed, tally.Failed - failed, tally.Errors - errors,
            Stages(pipelines), (double)allocated / verdicts,
            [.. Collections().Zip(collections, (after, before) => after - before)], resident, Resident());
        Volatile.Write(ref ended, true);
        Task.WhenAll(pipelines.Select(p => p.Completion)).GetAwaiter().GetResult();
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        foreach (var (camera, sink, pipeline) in lines)
        {
            camera.DisposeAsync().AsTask().GetAwaiter().GetResult();
            pipeline.Dispose();
            sink.Dispose();
        }

        return report;

        void Until(long frames)
        {
            // Waiting like this allocates nothing, which is what is measured here.
            using var never = new ManualResetEventSlim();
            while (pipelines.Exists(p => p.Verdicts < frames))
                never.Wait(20);
        }

        long Count(Func<Pipeline, long> of) => pipelines.Sum(of);
    }

    private static List<StageTime> Stages(IReadOnlyList<Pipeline> pipelines)
    {
        var all = new StageLatencies();
        foreach (var pipeline in pipelines)
            all.Add(pipeline.Latencies);
        return [.. all.Stages.Select(stage => StageTime.Of(stage.Name, stage.Latency))];
    }

    private static int[] Collections() => [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];

    private static double Resident() => Environment.WorkingSet / 1048576.0;

    /// <summary>What the warm-up left behind is collected now and not while it is measured.</summary>
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
