using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Turns one camera's verdicts into messages and leaves them in the queue of a link; never waits for the network. The result
/// goes first, its heatmap after it, tied by the result's id as correlation data.
/// </summary>
internal sealed class MqttResultSink : IResultSink, IDisposable
{
    /// <summary>A heatmap costs as much as a third of an inspection; see <see cref="InspectionEngine"/>.</summary>
    private static readonly TimeSpan BetweenHeatmapsUnderOverload = TimeSpan.FromSeconds(1);

    private readonly string _camera;
    private readonly string _resultTopic;
    private readonly string _heatmapTopic;
    private readonly HeatmapWhen _when;
    private readonly HeatmapEncoder _encoder;
    private readonly MosquittoDelivery _resultDelivery;
    private readonly MosquittoDelivery _heatmapDelivery;
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
    private long? _lastHeatmap;

    public MqttResultSink(
        string camera, EdgeSettings settings, Topics topics, ResultIdSource ids, IMessageQueue queue, TimeProvider time,
        ILogger logger, CameraArchive? archive = null, CameraHandshake? handshake = null)
    {
        (_archive, _handshake) = (archive, handshake);
        (_camera, _station, _ids, _queue, _time, _logger) = (camera, settings.Station.Name, ids, queue, time, logger);
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
        _plc = settings.Cameras[camera].Plc.Compact ? new PlcOutput(topics.Plc(camera), queue, expiry) : null;
    }

    /// <summary>Heatmaps that would have been published, were the station not overloaded.</summary>
    public long HeatmapsLeftOut { get; private set; }

    public PublishTimes Publish(in InspectionOutcome outcome)
    {
        var start = Stopwatch.GetTimestamp();
        var id = _ids.Next();
        var heatmap = WantsHeatmap(outcome);
        var verdict = Write(outcome, id, heatmap, Regions(outcome, heatmap));
        _queue.PublishResult(_resultTopic, _buffer.WrittenSpan, _resultDelivery, outcome.Verdict);
        _plc?.Publish(verdict);
        _handshake?.Complete(verdict, id);
        var published = Stopwatch.GetTimestamp();
        var picture = heatmap ? PublishHeatmap(outcome, id, verdict) : default;
        var rendered = Stopwatch.GetTimestamp();
        _archive?.Keep(outcome, id, _buffer.WrittenSpan, picture.Span);
        return new PublishTimes(
            heatmap ? Stopwatch.GetElapsedTime(published, rendered) : TimeSpan.Zero,
            Stopwatch.GetElapsedTime(start, published) + Stopwatch.GetElapsedTime(rendered));
    }

    public void Dispose()
    {
        _json.Dispose();
        _encoder.Dispose();
    }

    private bool WantsHeatmap(in InspectionOutcome outcome)
    {
        var wanted = outcome.Inspector is not null && _when switch
        {
            HeatmapWhen.Always => true,
            HeatmapWhen.Fail => outcome.Verdict == Verdict.Fail,
            _ => false,
        };
        if (!wanted)
            return false;
        // Pictures go before frames do, and people still see what is going on.
        if (outcome.Overloaded && _lastHeatmap is { } last
            && _time.GetElapsedTime(last) < BetweenHeatmapsUnderOverload)
        {
            HeatmapsLeftOut++;
            return false;
        }

        _lastHeatmap = _time.GetTimestamp();
        return true;
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
                Measured(outcome.Times.Search), Measured(outcome.Times.Score), outcome.Total.TotalMilliseconds, Measured(frame.CaptureTime)),
            Reason = outcome.Reason,
            Truth = frame.Truth,
            HeatmapTopic = heatmap ? _heatmapTopic : null,
        };
        message.Write(_json);
        return message.PublishedVerdict;
    }

    /// <summary>The JPEG that was published, valid until the next; empty if it could not be made.</summary>
    private ReadOnlyMemory<byte> PublishHeatmap(in InspectionOutcome outcome, ResultId id, Verdict verdict)
    {
        var calibration = outcome.Recipe.Model.Bundle.Manifest.Calibration;
        try
        {
            var picture = _encoder.Encode(
                outcome.Frame.Image, outcome.Inspector!.Map(), outcome.Inspector.Placement,
                calibration.MapLow, calibration.MapHigh);
            // A picture says nothing of itself; nobody should need the result to know which part it is.
            _queue.PublishHeatmap(_heatmapTopic, picture.Span, _heatmapDelivery with
            {
                Correlation = id.ToString(),
                UserProperties =
                [
                    new("camera", _camera),
                    new("frameId", outcome.Frame.Id.ToString(CultureInfo.InvariantCulture)),
                    new("verdict", VerdictText.Of(verdict)),
                ],
            });
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
