using System.Buffers;
using System.Text.Json;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Turns one camera's verdicts into messages and leaves them with the link; never waits for the network. The result
/// goes first, its heatmap after it, tied by the result's id as correlation data.
/// </summary>
internal sealed class MqttResultSink : IResultSink, IDisposable
{
    private readonly string _camera;
    private readonly string _resultTopic;
    private readonly string _heatmapTopic;
    private readonly HeatmapWhen _when;
    private readonly HeatmapEncoder _encoder;
    private readonly MosquittoDelivery _resultDelivery;
    private readonly MosquittoDelivery _heatmapDelivery;
    private readonly ResultIdSource _ids;
    private readonly MqttLink _link;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CameraArchive? _archive;
    private readonly string _station;
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;

    public MqttResultSink(
        string camera, EdgeSettings settings, Topics topics, ResultIdSource ids, MqttLink link, TimeProvider time,
        ILogger logger, CameraArchive? archive = null)
    {
        _archive = archive;
        (_camera, _station, _ids, _link, _time, _logger) = (camera, settings.Station.Name, ids, link, time, logger);
        (_resultTopic, _heatmapTopic) = (topics.Result(camera), topics.Heatmap(camera));
        var heatmap = settings.Cameras[camera].Heatmap;
        _when = heatmap.When;
        _encoder = new HeatmapEncoder(
            new HeatmapOptions { Opacity = heatmap.Opacity, MaxWidth = heatmap.MaxWidth, Quality = heatmap.Quality });
        var expiry = TimeSpan.FromSeconds(settings.Mqtt.ResultExpirySeconds);
        _resultDelivery = new MosquittoDelivery(
            Delivery.Result.QualityOfService, Delivery.Result.Retain, expiry, "application/json");
        _heatmapDelivery = new MosquittoDelivery(
            Delivery.Heatmap.QualityOfService, Delivery.Heatmap.Retain, expiry, "image/jpeg");
        _json = new Utf8JsonWriter(_buffer, WireFormat.WriterOptions);
    }

    public void Publish(in InspectionOutcome outcome)
    {
        var id = _ids.Next();
        var heatmap = WantsHeatmap(outcome);
        Write(outcome, id, heatmap, Regions(outcome, heatmap));
        _link.PublishResult(_resultTopic, _buffer.WrittenSpan, _resultDelivery);
        var picture = heatmap ? PublishHeatmap(outcome, id) : default;
        _archive?.Keep(outcome, id, _buffer.WrittenSpan, picture.Span);
    }

    public void Dispose()
    {
        _json.Dispose();
        _encoder.Dispose();
    }

    private bool WantsHeatmap(in InspectionOutcome outcome) => outcome.Score is not null && _when switch
    {
        HeatmapWhen.Always => true,
        HeatmapWhen.Fail => outcome.Verdict == Verdict.Fail,
        _ => false,
    };

    /// <summary>Of parts that failed, and of those whose map is rendered anyway.</summary>
    private DefectRegions? Regions(in InspectionOutcome outcome, bool heatmap)
    {
        if (outcome.Score is null || !(heatmap || outcome.Verdict == Verdict.Fail))
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

    private void Write(in InspectionOutcome outcome, ResultId id, bool heatmap, DefectRegions? defects)
    {
        var frame = outcome.Frame;
        _buffer.ResetWrittenCount();
        _json.Reset();
        new ResultMessage
        {
            Id = id,
            Station = _station,
            Camera = _camera,
            FrameId = frame.Id,
            PartId = frame.PartId,
            Verdict = outcome.Verdict,
            Score = outcome.Score?.Score,
            MaxDistance = outcome.Score?.MaxDistance,
            Threshold = outcome.Inspector.Threshold,
            Defects = defects,
            Bundle = outcome.Inspector.Model.Bundle.Manifest.Id,
            CapturedAt = frame.CapturedAt,
            PublishedAt = _time.GetUtcNow(),
            Latency = new LatencyMs(
                outcome.Queued.TotalMilliseconds, Measured(outcome.Times.Convert), Measured(outcome.Times.Embed),
                Measured(outcome.Times.Search), Measured(outcome.Times.Score), outcome.Total.TotalMilliseconds),
            Reason = outcome.Reason,
            Truth = frame.Truth,
            HeatmapTopic = heatmap ? _heatmapTopic : null,
        }.Write(_json);
    }

    /// <summary>The JPEG that was published, valid until the next; empty if it could not be made.</summary>
    private ReadOnlyMemory<byte> PublishHeatmap(in InspectionOutcome outcome, ResultId id)
    {
        var manifest = outcome.Inspector.Model.Bundle.Manifest;
        try
        {
            var picture = _encoder.Encode(
                outcome.Frame.Image, outcome.Inspector.Map(), outcome.Inspector.Placement,
                manifest.Calibration.MapLow, manifest.Calibration.MapHigh);
            _link.PublishHeatmap(_heatmapTopic, picture.Span, _heatmapDelivery with { Correlation = id.ToString() });
            return picture;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The verdict is out; a picture less does not change it.
            _logger.HeatmapFailed(_camera, error.Message);
            return default;
        }
    }

    private static double? Measured(TimeSpan time) => time > TimeSpan.Zero ? time.TotalMilliseconds : null;
}
