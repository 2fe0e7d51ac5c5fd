using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Services;

/// <summary>Everything that one camera needs, from source to sink; disposed in the opposite order.</summary>
internal sealed class CameraLine : IAsyncDisposable
{
    private readonly Inspector _inspector;
    private readonly MqttResultSink _sink;

    public CameraLine(
        string name, CameraSettings settings, InspectionModel model, MqttResultSink sink,
        Func<IResultSink, DriftSink>? watch, StationMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        _sink = sink;
        _inspector = model.CreateInspector();
        _inspector.Threshold = settings.Threshold ?? _inspector.Threshold;
        Camera = new Camera(
            name, () => Sources.Open(settings.Source, time),
            new CameraOptions { KeepEvery = settings.Source.EveryFrame }, time, loggers.CreateLogger<Camera>());
        var metered = new MeteredSink(name, metrics, sink);
        Drift = watch?.Invoke(metered);
        Pipeline = new Pipeline(
            Camera, _inspector, Drift ?? (IResultSink)metered,
            new PipelineOptions { Deadline = TimeSpan.FromMilliseconds(settings.DeadlineMs) }, time);
        Watch = new CameraWatch(name, () => Camera.Captured - Camera.Dropped, () => Pipeline.Verdicts);
    }

    public Camera Camera { get; }

    public Pipeline Pipeline { get; }

    /// <summary>Null where drift is not watched.</summary>
    public DriftSink? Drift { get; }

    public CameraWatch Watch { get; }

    /// <summary>Completes when the camera has ended, or the pipeline was stopped or failed.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public Task Start(CancellationToken stop) =>
        Running = Task.Run(() => Pipeline.RunAsync(stop), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Camera.DisposeAsync();
        // What an inspection that hangs still uses must stay.
        if (!Running.IsCompleted)
            return;
        _inspector.Dispose();
        _sink.Dispose();
    }
}
