using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Services;

/// <summary>Everything that one camera needs, from source to sink; disposed in the opposite order.</summary>
internal sealed class CameraLine : IAsyncDisposable
{
    private readonly MqttResultSink _sink;

    public CameraLine(
        string name, CameraSettings settings, RecipeBoard recipes, MqttResultSink sink,
        Func<IResultSink, DriftSink>? watch, StationMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        _sink = sink;
        var trigger = settings.Trigger.ToOptions();
        Camera = new Camera(
            name, Sources.Of(settings.Source, time), Options(settings, trigger), time,
            loggers.CreateLogger<Camera>());
        var metered = new MeteredSink(name, metrics, sink);
        Drift = watch?.Invoke(metered);
        Pipeline = new Pipeline(
            Camera, recipes.Of(name), Drift ?? (IResultSink)metered,
            new PipelineOptions
            {
                Deadline = TimeSpan.FromMilliseconds(settings.DeadlineMs),
                Trigger = trigger,
                RecipeFor = recipes.ForPartType,
            },
            time);
        recipes.Attach(Pipeline);
        Watch = new CameraWatch(name, () => Pipeline.Admitted - Camera.Dropped, () => Pipeline.Inspected);
    }

    public Camera Camera { get; }

    public Pipeline Pipeline { get; }

    /// <summary>Null where drift is not watched.</summary>
    public DriftSink? Drift { get; }

    public CameraWatch Watch { get; }

    /// <summary>Heatmaps that were not drawn because of overload.</summary>
    public long HeatmapsLeftOut => _sink.HeatmapsLeftOut;

    public async ValueTask DisposeAsync()
    {
        await Camera.DisposeAsync();
        Pipeline.Dispose();
        _sink.Dispose();
    }

    /// <summary>Parts that wait need frames to wait in, beside those that are captured and inspected.</summary>
    private static CameraOptions Options(CameraSettings settings, TriggerOptions trigger)
    {
        var options = settings.Watchdog.ToOptions(settings.Source.EveryFrame || trigger.NamesParts);
        return trigger.NamesParts ? options with { Frames = options.Frames + trigger.Queue } : options;
    }
}
