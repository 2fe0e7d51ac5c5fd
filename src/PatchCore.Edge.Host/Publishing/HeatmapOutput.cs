using System.Globalization;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// One camera's pictures: of which parts there are some, and what goes out of each. Picture and map of a part, and its
/// result, have the same correlation data. One call at a time.
/// </summary>
internal sealed class HeatmapOutput : IDisposable
{
    /// <summary>A heatmap costs as much as a third of an inspection; see <see cref="InspectionEngine"/>.</summary>
    private static readonly TimeSpan BetweenHeatmapsUnderOverload = TimeSpan.FromSeconds(1);

    private readonly string _station;
    private readonly string _camera;
    private readonly HeatmapSettings _settings;
    private readonly IMessageQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HeatmapEncoder? _blended;
    private readonly LayerEncoder? _layers;
    private readonly MosquittoDelivery _delivery;
    private long _inspected;
    private long? _last;

    public HeatmapOutput(
        string camera, EdgeSettings settings, Topics topics, IMessageQueue queue, TimeProvider time, ILogger logger)
    {
        (_station, _camera, _queue, _time, _logger) = (settings.Station.Name, camera, queue, time, logger);
        _settings = settings.Cameras[camera].Heatmap;
        var options = _settings.ToOptions();
        if (_settings.Layers != HeatmapLayers.Separate)
            (_blended, Topic) = (new HeatmapEncoder(options), topics.Heatmap(camera));
        if (_settings.Layers != HeatmapLayers.Blended)
        {
            _layers = new LayerEncoder(options);
            Layers = new LayerTopics(topics.Picture(camera), topics.Map(camera));
        }

        _delivery = new MosquittoDelivery(
            Delivery.Heatmap.QualityOfService, Delivery.Heatmap.Retain,
            TimeSpan.FromSeconds(settings.Mqtt.ResultExpirySeconds), options.ContentType);
    }

    /// <summary>Where blended pictures go; null when none do.</summary>
    public string? Topic { get; }

    /// <summary>Where pictures and maps go; null when none do.</summary>
    public LayerTopics? Layers { get; }

    /// <summary>Heatmaps that would have been published, were the station not overloaded.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Whether this part is to have a picture; asked once for each.</summary>
    public bool Wants(in InspectionOutcome outcome)
    {
        if (outcome.Inspector is null)
            return false;
        var turn = _settings.Every is { } every && _inspected++ % every == 0;
        var wanted = _settings.When switch
        {
            HeatmapWhen.Always => true,
            HeatmapWhen.Fail => outcome.Verdict == Verdict.Fail,
            HeatmapWhen.Every => turn || outcome.Verdict == Verdict.Fail,
            _ => false,
        };
        if (!wanted)
            return false;
        // Pictures go before frames do, and people still see what is going on.
        if (outcome.Overloaded && _last is { } last && _time.GetElapsedTime(last) < BetweenHeatmapsUnderOverload)
        {
            LeftOut++;
            return false;
        }

        _last = _time.GetTimestamp();
        return true;
    }

    /// <summary>
    /// Publishes them. Returns the JPEG with the map blended in, valid until the next; empty if there is none.
    /// </summary>
    /// <param name="verdict">As the result says it.</param>
    public ReadOnlyMemory<byte> Publish(in InspectionOutcome outcome, ResultId id, Verdict verdict)
    {
        try
        {
            var delivery = _delivery with
            {
                Correlation = id.ToString(),
                UserProperties = PictureProperties.Of(_station, _camera, outcome, id, verdict),
            };
            var picture = PublishBlended(outcome, delivery);
            PublishLayers(outcome, delivery);
            return _settings.Format == PictureFormat.Jpeg ? picture : default;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The verdict is out; a picture less does not change it.
            _logger.HeatmapFailed(_camera, error.Message);
            return default;
        }
    }

    public void Dispose()
    {
        _blended?.Dispose();
        _layers?.Dispose();
    }

    private ReadOnlyMemory<byte> PublishBlended(in InspectionOutcome outcome, in MosquittoDelivery delivery)
    {
        if (_blended is null)
            return default;
        var calibration = outcome.Recipe.Model.Bundle.Manifest.Calibration;
        var picture = _blended.Encode(
            outcome.Frame.Image, outcome.Inspector!.Map(), outcome.Inspector.Placement, calibration.MapLow,
            calibration.MapHigh);
        _queue.PublishHeatmap(Topic!, picture.Span, delivery);
        return picture;
    }

    private void PublishLayers(in InspectionOutcome outcome, in MosquittoDelivery delivery)
    {
        if (_layers is null || Layers is not { } topics)
            return;
        var (image, inspector) = (outcome.Frame.Image, outcome.Inspector!);
        _queue.PublishHeatmap(topics.Picture, _layers.Picture(image).Span, delivery);
        var calibration = outcome.Recipe.Model.Bundle.Manifest.Calibration;
        var scale = MapScale.Of(calibration.MapLow, outcome.Recipe.PixelThreshold, calibration.MapHigh);
        var map = _layers.Map(inspector.Map(), inspector.Placement, (image.Width, image.Height), scale);
        _queue.PublishHeatmap(topics.Map, map.Span, delivery with
        {
            ContentType = "image/png",
            UserProperties =
            [
                .. delivery.UserProperties!,
                new("black", Number(scale.Black)),
                new("pixelThreshold", Number(scale.Threshold)),
                new("white", Number(scale.White)),
            ],
        });
    }

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);
}
