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
    public void Every_third_part_has_a_heatmap_and_each_that_fails()
    {
        var queue = new Counter();
        using var sink = Sink(queue, new ManualTime(), new() { When = HeatmapWhen.Every, Every = 3 });
        using var inspected = new Inspected(trained);
        var pictured = new List<int>();
        for (var part = 0; part < 8; part++)
        {
            var before = queue.Heatmaps;
            sink.Publish(inspected.Outcome with { Verdict = part == 4 ? Verdict.Fail : Verdict.Pass });
            if (queue.Heatmaps > before)
                pictured.Add(part);
        }

        Assert.Equal([0, 3, 4, 6], pictured);
    }

    [Theory]
    [InlineData(HeatmapLayers.Blended, "patchcore/s1/top/heatmap")]
    [InlineData(HeatmapLayers.Separate, "patchcore/s1/top/picture patchcore/s1/top/map")]
    [InlineData(HeatmapLayers.Both, "patchcore/s1/top/heatmap patchcore/s1/top/picture patchcore/s1/top/map")]
    public void Layers_go_to_topics_of_their_own_and_name_their_result(object layers, string topics)
    {
        var queue = new Counter();
        using var sink = Sink(
            queue, new ManualTime(),
            new() { When = HeatmapWhen.Always, Layers = (HeatmapLayers)layers, Format = PictureFormat.Png });
        using var inspected = new Inspected(trained);
        inspected.Outcome.Frame.PartId = "Flügel\u0007";

        sink.Publish(inspected.Outcome with { Verdict = Verdict.Fail });

        Assert.Equal(topics, string.Join(' ', queue.Pictures.Select(picture => picture.Topic)));
        var result = ResultMessage.Parse(queue.LastResult);
        var blended = (HeatmapLayers)layers != HeatmapLayers.Separate;
        Assert.Equal(blended ? "patchcore/s1/top/heatmap" : null, result.HeatmapTopic);
        Assert.Equal((HeatmapLayers)layers != HeatmapLayers.Blended, result.Layers is not null);
        Assert.All(queue.Pictures, picture =>
        {
            Assert.Equal(("image/png", result.Id.ToString()), (picture.How.ContentType, picture.How.Correlation));
            Assert.Equal(0x89, picture.Payload[0]);
            Assert.Equal(
                [
                    new("id", result.Id.ToString()), new("station", "s1"), new("camera", "top"), new("frameId", "0"),
                    new("capturedAt", WireFormat.TimeText(result.CapturedAt)), new("partId", "Flügel\uFFFD"),
                    new("verdict", "FAIL"),
                ],
                picture.How.UserProperties!.Take(7));
        });
        if (result.Layers is not null)
        {
            Assert.Equal(
                ["black", "pixelThreshold", "white"], queue.Pictures[^1].How.UserProperties!.Skip(7).Select(p => p.Name));
        }
    }

    [Fact]
    public void Part_without_a_picture_costs_no_memory_for_properties()
    {
        using var sink = Sink(
            new Counter(), new ManualTime(),
            new() { When = HeatmapWhen.Fail, Layers = HeatmapLayers.Both });
        using var inspected = new Inspected(trained);
        using var all = Sink(new Counter(), new ManualTime(), new() { When = HeatmapWhen.Never });

        // Counter keeps a copy of the result: the same with heatmaps that are never drawn.
        Assert.Equal(Allocated(all), Allocated(sink));

        long Allocated(MqttResultSink of)
        {
            long allocated = 0;
            for (var i = 0; i < 20; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                of.Publish(inspected.Outcome with { Verdict = Verdict.Pass });
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            return allocated;
        }
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

    private static MqttResultSink Sink(IMessageQueue queue, TimeProvider time, HeatmapSettings? heatmap = null)
    {
        var settings = new EdgeSettings
        {
            Station = new StationSettings { Name = "s1" },
            Cameras = new() { ["top"] = new CameraSettings { Heatmap = heatmap ?? new() { When = HeatmapWhen.Always } } },
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

        public int Heatmaps => Pictures.Count;

        public List<(string Topic, byte[] Payload, MosquittoDelivery How)> Pictures { get; } = [];

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
            Pictures.Add((topic, payload.ToArray(), delivery));
    }
}
