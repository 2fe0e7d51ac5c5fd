using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Services;

/// <summary>
/// Tells of what goes on besides verdicts: the cameras' states when they change and every few seconds, changed recipes,
/// overload; and raises and clears the alarms that come of it.
/// </summary>
internal sealed class StationPulse : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<CameraLine> _lines;
    private readonly InspectionEngine _engine;
    private readonly RecipeBoard _recipes;
    private readonly StationMessages _messages;
    private readonly Alarms _alarms;
    private readonly MqttLink _link;
    private readonly ITimer _timer;

    public StationPulse(
        IReadOnlyList<CameraLine> lines, InspectionEngine engine, RecipeBoard recipes, StationMessages messages,
        Alarms alarms, MqttLink link, TimeProvider time)
    {
        (_lines, _engine, _recipes) = (lines, engine, recipes);
        (_messages, _alarms, _link) = (messages, alarms, link);
        foreach (var line in lines)
        {
            Tell(line);
            line.Camera.StateChanged += (_, _) => Tell(line);
        }

        recipes.Changed += Tell;
        _timer = time.CreateTimer(_ => Beat(), null, Interval, Interval);
    }

    /// <summary>Waits for a beat that is being told.</summary>
    public ValueTask DisposeAsync()
    {
        _recipes.Changed -= Tell;
        return _timer.DisposeAsync();
    }

    /// <summary>Publishes how a camera is doing.</summary>
    public void PublishState(CameraLine line) => _link.PublishState(
        _messages.Topics.State(line.Camera.Name), _messages.State(line.Camera, line.Pipeline.IsPaused));

    private void Beat()
    {
        foreach (var line in _lines)
            PublishState(line);
        if (_engine.IsOverloaded)
        {
            _alarms.Raise(
                null, AlarmKind.Overload, AlarmSeverity.Warning,
                "frames come faster than they are inspected: heatmaps are left out, then frames that nobody asked for");
        }
        else
        {
            _alarms.Clear(null, AlarmKind.Overload, "all frames are inspected again");
        }
    }

    private void Tell(CameraLine line)
    {
        PublishState(line);
        var camera = line.Camera;
        var status = camera.Status;
        var picture = status.Picture?.State ?? PictureState.Ok;
        if (status.State is CameraState.Reconnecting or CameraState.Stalled or CameraState.Failed)
        {
            _alarms.Raise(
                camera.Name, AlarmKind.Camera, AlarmSeverity.Critical, status.LastError ?? "the camera gives no frames");
        }
        else if (picture != PictureState.Ok)
        {
            _alarms.Raise(
                camera.Name, AlarmKind.Camera, AlarmSeverity.Warning,
                $"the pictures are {picture.ToString().ToLowerInvariant()}");
        }
        else if (status.State == CameraState.Streaming)
        {
            _alarms.Clear(camera.Name, AlarmKind.Camera, "the camera gives frames again");
        }
        else if (status.State == CameraState.Ended)
        {
            _alarms.Clear(camera.Name, AlarmKind.Camera, "the camera has ended");
        }
    }

    private void Tell(RecipeChange change)
    {
        _messages.Bundle = _recipes.BundleIds;
        _messages.TellAgain(_link);
        if (change.Failure is { } failure)
        {
            _alarms.Raise(
                change.Camera, AlarmKind.RecipeKept, AlarmSeverity.Warning,
                $"recipe {change.Recipe.Name} stays in force: {failure}");
        }
        else
        {
            _alarms.Clear(change.Camera, AlarmKind.RecipeKept, $"recipe {change.Recipe.Name} is in force");
        }
    }
}
