using PatchCore.Edge.Host.Learning;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Commanding;

/// <summary>
/// What each command does to one camera. What needs no waiting is done before the call returns, so that commands take
/// effect in the order in which they came.
/// </summary>
internal sealed class CommandHandlers
{
    private readonly Dictionary<CommandKind, Handler> _table;
    private readonly Pipeline _pipeline;
    private readonly RecipeBoard _recipes;
    private readonly SnapshotTaker _snapshots;
    private readonly Func<Snapshot, MosquittoMessage, SnapshotNote> _show;
    private readonly Action _tell;
    private readonly CameraHandshake? _handshake;

    /// <param name="commands">What is allowed.</param>
    /// <param name="pipeline">The camera's.</param>
    /// <param name="show">Publishes a picture for who asked for it, and says where.</param>
    /// <param name="tell">Publishes the camera's state.</param>
    /// <param name="learner">Null: no bank learns.</param>
    /// <param name="handshake">The camera's; null where it has none.</param>
    public CommandHandlers(
        CommandsSettings commands, Pipeline pipeline, RecipeBoard recipes, Alarms alarms, SnapshotTaker snapshots,
        Func<Snapshot, MosquittoMessage, SnapshotNote> show, Action tell, BankLearner? learner,
        CameraHandshake? handshake)
    {
        (_pipeline, _recipes, _snapshots, _show, _tell) = (pipeline, recipes, snapshots, show, tell);
        _handshake = handshake;
        var camera = pipeline.Camera.Name;
        _table = new()
        {
            [CommandKind.Trigger] = new("Trigger", commands.Trigger, (command, _) => Trigger(command)),
            [CommandKind.UseRecipe] = new("Recipe", commands.Recipe, (command, _) => Changed(
                recipes.UseAsync(camera, command.RecipeName!))),
            [CommandKind.Rollback] = new("Recipe", commands.Recipe, (_, _) => Changed(recipes.RollBackAsync(camera))),
            [CommandKind.Threshold] = new("Threshold", commands.Threshold, (command, _) => SetThreshold(
                camera, command.Threshold!.Value)),
            [CommandKind.Pause] = new("Pause", commands.Pause, (_, _) => SetPaused(true)),
            [CommandKind.Resume] = new("Pause", commands.Pause, (_, _) => SetPaused(false)),
            [CommandKind.Snapshot] = new("Snapshot", commands.Snapshot, (_, message) => TakeSnapshot(message)),
            [CommandKind.Status] = new("Status", commands.Status, (_, _) => Task.FromResult(
                new CommandOutcome(null) { Status = StatusOf(pipeline) })),
            [CommandKind.Acknowledge] = new("Acknowledge", commands.Acknowledge, (command, _) => Said(
                alarms.Acknowledge(camera, command.Alarm!.Value, command.By))),
            [CommandKind.Confirm] = new("Bank", learner is not null, (command, _) =>
                learner!.ConfirmAsync(camera, command)),
            [CommandKind.AddToBank] = new("Bank", learner is not null, (command, _) =>
                learner!.AddAsync(camera, command)),
            [CommandKind.AcknowledgeResult] = new("Trigger", commands.Trigger, (command, _) => Said(
                handshake is null ? NoHandshake : handshake.Acknowledge(command.PartId, command.Number))),
        };
    }

    /// <summary>Does what is allowed; a task that fails has done nothing.</summary>
    public Task<CommandOutcome> Handle(CommandMessage command, MosquittoMessage message)
    {
        var handler = _table[command.Command];
        return handler.Allowed
            ? handler.Do(command, message)
            : Said($"it is not allowed here: Commands:{handler.Group} is false");
    }

    private string NoHandshake =>
        $"camera {_pipeline.Camera.Name} has no handshake: Plc:Handshake:Enabled is false";

    private static Task<CommandOutcome> Said(string? refusal) => Task.FromResult(new CommandOutcome(refusal));

    private static async Task<CommandOutcome> Changed(Task<RecipeChange> change) =>
        new((await change.ConfigureAwait(false)).Failure);

    private async Task<CommandOutcome> SetThreshold(string camera, float threshold)
    {
        await _recipes.SetThresholdAsync(camera, threshold).ConfigureAwait(false);
        return new CommandOutcome(null);
    }

    private Task<CommandOutcome> Trigger(CommandMessage command)
    {
        var request = new PartRequest(command.PartId, command.PartType);
        if (_handshake is null)
            return Said(command.Number is null ? _pipeline.Request(request) : NoHandshake);
        var (number, refusal) = _handshake.Trigger(
            command.PartId, command.Number, () => _pipeline.Request(request));
        return Task.FromResult(new CommandOutcome(refusal) { Number = number });
    }

    private Task<CommandOutcome> SetPaused(bool paused)
    {
        if (paused)
            _pipeline.Pause();
        else
            _pipeline.Resume();
        _tell();
        _handshake?.Refresh();
        return Said(null);
    }

    private async Task<CommandOutcome> TakeSnapshot(MosquittoMessage message)
    {
        Snapshot snapshot;
        try
        {
            snapshot = await _snapshots.TakeAsync().ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new CommandOutcome($"there was no frame within 10 s: the camera is {_pipeline.Camera.State}");
        }

        return new CommandOutcome(null) { Snapshot = _show(snapshot, message) };
    }

    private static CommandedStatus StatusOf(Pipeline pipeline)
    {
        var (camera, tally) = (pipeline.Camera, pipeline.Tally);
        return new CommandedStatus(
            camera.State, pipeline.IsPaused, camera.Captured, camera.Dropped, camera.Skipped, camera.Failures,
            tally.Passed, tally.Failed, tally.Errors);
    }

    /// <summary>One row of the table.</summary>
    /// <param name="Group">The key of Commands that allows it.</param>
    private sealed record Handler(
        string Group, bool Allowed, Func<CommandMessage, MosquittoMessage, Task<CommandOutcome>> Do);
}
