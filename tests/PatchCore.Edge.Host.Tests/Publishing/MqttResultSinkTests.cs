using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Publishing;

public sealed class MqttResultSinkTests(TrainedBundle trained) : IClassFixture<TrainedBundle>
{
    [Fact]
    public void Under_overload_every_result_goes_out_and_one_heatmap_a_second()
    {
        var time = new ManualTime();
        var queue = new Counter();
        using var sink = Sink(queue, time);
        using var inspected = new Inspected(trained);

        for (var i = 0; i < 5; i++)
            sink.Publish(inspected.Outcome with { Overloaded = true });
        Assert.Equal((5, 1, 4), (queue.Results, queue.Heatmaps, sink.HeatmapsLeftOut));
        time.Advance(TimeSpan.FromSeconds(1));
        sink.Publish(inspected.Outcome with { Overloaded = true });
        Assert.Equal((6, 2, 4), (queue.Results, queue.Heatmaps, sink.HeatmapsLeftOut));
        sink.Publish(inspected.Outcome);
        sink.Publish(inspected.Outcome);

        Assert.Equal((8, 4, 4), (queue.Results, queue.Heatmaps, sink.HeatmapsLeftOut));
    }

    [Fact]
    public void Part_without_a_frame_is_told_with_its_name_and_frame_zero()
    {
        var queue = new Counter();
        using var sink = Sink(queue, new ManualTime());
        using var inspected = new Inspected(trained);
        using var pool = new FramePool(1);
        using var none = pool.Rent();
        none.PartId = "part-17";

        sink.Publish(inspected.Outcome with
        {
            Frame = none,
            Inspector = null,
            Score = null,
            Verdict = Verdict.Error,
            Reason = "no frame within 250 ms",
        });

        var result = ResultMessage.Parse(queue.LastResult);
        Assert.Equal(("part-17", 0L, Verdict.Error), (result.PartId, result.FrameId, result.Verdict));
        Assert.Equal("no frame within 250 ms", result.Reason);
        Assert.Equal(0, queue.Heatmaps);
    }

    private static MqttResultSink Sink(IMessageQueue queue, TimeProvider time)
    {
        var settings = new EdgeSettings
        {
            Station = new StationSettings { Name = "s1" },
            Cameras = new() { ["top"] = new CameraSettings { Heatmap = new() { When = HeatmapWhen.Always } } },
        };
        return new MqttResultSink(
            "top", settings, new Topics("patchcore", "s1"), new ResultIdSource(time), queue, time,
            NullLogger.Instance);
    }

    /// <summary>A part that an inspector still holds the map of.</summary>
    private sealed class Inspected : IDisposable
    {
        private readonly InspectionModel _model;
        private readonly Inspector _inspector;
        private readonly FramePool _pool = new(1);

        public Inspected(TrainedBundle trained)
        {
            _model = InspectionModel.Load(trained.Bundle, new ExecutionOptions());
            _inspector = _model.CreateInspector();
            var frame = _pool.Rent();
            frame.Prepare().ReadInto(Path.Combine(trained.Dataset, "train", "good", "000.png"));
            var inspection = _inspector.Inspect(frame.Image);
            Outcome = new InspectionOutcome(
                frame, LineRecipe.Of("flange", _model), _inspector, inspection.Verdict, inspection.Score, null,
                inspection.Times, TimeSpan.Zero, TimeSpan.Zero);
        }

        public InspectionOutcome Outcome { get; }

        public void Dispose()
        {
            Outcome.Frame.Dispose();
            _pool.Dispose();
            _inspector.Dispose();
            _model.Dispose();
        }
    }

    private sealed class Counter : IMessageQueue
    {
        public int Results { get; private set; }

        public int Heatmaps { get; private set; }

        public byte[] LastResult { get; private set; } = [];

        public void PublishResult(
            string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, Verdict verdict)
        {
            LastResult = payload.ToArray();
            Results++;
        }

        public void PublishEvent(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
        {
        }

        public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery) =>
            Heatmaps++;
    }
}
