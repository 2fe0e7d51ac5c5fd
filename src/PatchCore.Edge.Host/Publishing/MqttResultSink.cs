using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Turns one camera's verdicts into messages and leaves them in the queue of a link; never waits for the network. The
/// result goes first, its heatmap after it, tied by the result's id as correlation data.
/// </summary>
internal sealed class MqttResultSink : IResultSink, IDisposable
{
    private readonly string _camera;
    private readonly string _resultTopic;
    private readonly HeatmapOutput _heatmaps;
    private readonly MosquittoDelivery _resultDelivery;
    private readonly ResultIdSource _ids;
    private readonly IMessageQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CameraArchive? _archive;
    private readonly PlcOutput? _plc;
    private readonly CameraHandshake? _handshake;
    private readonly string _station;
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;

    public MqttResultSink(
        string camera, EdgeSettings settings, Topics topics, ResultIdSource ids, IMessageQueue queue, TimeProvider time,
        ILogger logger, CameraArchive? archive = null, CameraHandshake? handshake = null)
    {
        (_archive, _handshake) = (archive, handshake);
        (_camera, _station, _ids, _queue, _time, _logger) = (camera, settings.Station.Name, ids, queue, time, logger);
        _resultTopic = topics.Result(camera);
        _heatmaps = new HeatmapOutput(camera, settings, topics, queue, time, logger);
        var expiry = TimeSpan.FromSeconds(settings.Mqtt.ResultExpirySeconds);
        _resultDelivery = new MosquittoDelivery(
            Delivery.Result.QualityOfService, Delivery.Result.Retain, expiry, "application/json");
        _json = new Utf8JsonWriter(_buffer, WireFormat.WriterOptions);
        _plc = settings.Cameras[camera].Plc.Compact ? new PlcOutput(topics.Plc(camera), queue, expiry) : null;
    }

    /// <summary>Heatmaps that would have been published, were the station not overloaded.</summary>
    public long HeatmapsLeftOut => _heatmaps.LeftOut;

    public PublishTimes Publish(in InspectionOutcome outcome)
    {
        var start = Stopwatch.GetTimestamp();
        var id = _ids.Next();
        var heatmap = _heatmaps.Wants(outcome);
        var verdict = Write(outcome, id, heatmap, Regions(outcome, heatmap));
        _queue.PublishResult(_resultTopic, _buffer.WrittenSpan, _resultDelivery, outcome.Verdict);
        _plc?.Publish(verdict);
        _handshake?.Complete(verdict, id);
        var published = Stopwatch.GetTimestamp();
        var picture = heatmap ? _heatmaps.Publish(outcome, id, verdict) : default;
        var rendered = Stopwatch.GetTimestamp();
        _archive?.Keep(outcome, id, _buffer.WrittenSpan, picture.Span);
        return new PublishTimes(
            heatmap ? Stopwatch.GetElapsedTime(published, rendered) : TimeSpan.Zero,
            Stopwatch.GetElapsedTime(start, published) + Stopwatch.GetElapsedTime(rendered));
    }

    public void Dispose()
    {
        _json.Dispose();
        _heatmaps.Dispose();
    }

    /// <summary>Of parts that failed, and of those whose map is rendered anyway.</summary>
    private DefectRegions? Regions(in InspectionOutcome outcome, bool heatmap)
    {
        if (outcome.Inspector is null || !(heatmap || outcome.Verdict == Verdict.Fail))
            return null;
        try
        {
            return outcome.Inspector.Regions();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The verdict goes out without them.
            _logger.RegionsFailed(_camera, error.Message);
            return null;
        }
    }

    /// <summary>Returns the verdict that the message says.</summary>
    private Verdict Write(in InspectionOutcome outcome, ResultId id, bool heatmap, DefectRegions? defects)
    {
        var frame = outcome.Frame;
        _buffer.ResetWrittenCount();
        _json.Reset();
        var message = new ResultMessage
        {
            Id = id,
            Station = _station,
            Camera = _camera,
            FrameId = frame.Id,
            PartId = frame.PartId,
            PartType = frame.Ticket?.PartType,
            Verdict = outcome.Verdict,
            Score = outcome.Score?.Score,
            MaxDistance = outcome.Score?.MaxDistance,
            Threshold = outcome.Recipe.Threshold,
            Defects = defects,
            RecipeName = outcome.Recipe.Name,
            Bundle = outcome.Recipe.BundleId,
            CapturedAt = frame.CapturedAt,
            PublishedAt = _time.GetUtcNow(),
            Latency = new LatencyMs(
                outcome.Queued.TotalMilliseconds, Measured(outcome.Times.Convert), Measured(outcome.Times.Embed),
                Measured(outcome.Times.Search), Measured(outcome.Times.Score), outcome.Total.TotalMilliseconds,
                Measured(frame.CaptureTime)),
            Reason = outcome.Reason,
            Truth = frame.Truth,
            HeatmapTopic = heatmap ? _heatmaps.Topic : null,
            Layers = heatmap ? _heatmaps.Layers : null,
        };
        message.Write(_json);
        return message.PublishedVerdict;
    }

    private static double? Measured(TimeSpan time) => time > TimeSpan.Zero ? time.TotalMilliseconds : null;
}
