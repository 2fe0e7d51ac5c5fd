using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Commanding;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Learning;

/// <summary>
/// Parts that people confirm as good, and what memory banks learn from them while the lines run: one bank at a time,
/// for all cameras of the station. A bank that has learned is a new version of its bundle, and takes the place of the
/// old one as any other does.
/// </summary>
internal sealed class BankLearner : IAsyncDisposable
{
    /// <summary>In a camera's folder of the archive.</summary>
    private const string Folder = "confirmed";

    private readonly ArchiveSettings _archive;
    private readonly RecipeBoard _recipes;
    private readonly IBankTeacher _teacher;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <param name="archive">Where parts are looked for, and confirmed ones are kept.</param>
    /// <param name="recipes">Whose bundles learn.</param>
    /// <param name="teacher">Does the learning.</param>
    public BankLearner(ArchiveSettings archive, RecipeBoard recipes, IBankTeacher teacher, ILogger logger) =>
        (_archive, _recipes, _teacher, _logger) = (archive, recipes, teacher, logger);

    /// <summary>Keeps the picture of a part for its bank to learn from, or no longer.</summary>
    public Task<CommandOutcome> ConfirmAsync(string camera, CommandMessage command) =>
        InTurnAsync(() => Task.FromResult(Confirm(camera, command)));

    /// <summary>Begins to learn; the outcome has another one, for when that ends.</summary>
    public Task<CommandOutcome> AddAsync(string camera, CommandMessage command) =>
        InTurnAsync(() => BeginAsync(camera, command));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _turn.Dispose();
    }

    private CommandOutcome Confirm(string camera, CommandMessage command)
    {
        var search = new ArchiveSearch(Path.Combine(_archive.Path, camera));
        var (wanted, part) = command.Id is { } id
            ? ($"result {id}", search.Find(id))
            : ($"part '{command.PartId}'", search.Find(command.PartId!));
        if (part is null)
            return new($"{wanted}: there is no picture of it in the archive {_archive.Path}/{camera}");
        var result = part.Result;
        if (result.Verdict == Verdict.Error)
            return new($"{wanted}: it was not inspected: {result.Reason}");
        if (result.RecipeName is not { } recipe)
            return new($"{wanted}: its result names no recipe");
        if (Path.GetExtension(part.Path) != ".png")
            return new($"{wanted}: its picture is {Path.GetFileName(part.Path)}, expected a png, which loses nothing");
        var pictures = PicturesOf(camera, recipe);
        var refusal = command.Good == false ? pictures.Remove(result.Id) : pictures.Add(result.Id, part.Path);
        if (refusal is not null)
            return new($"{wanted}: {refusal}");
        if (command.Good == false)
            _logger.TakenBack(camera, result.Id, recipe, command.By);
        else
            _logger.Confirmed(camera, result.Id, recipe, command.By);
        return new(null) { Id = result.Id, Confirmed = pictures.Count };
    }

    private async Task<CommandOutcome> BeginAsync(string camera, CommandMessage command)
    {
        if (!_running.IsCompleted)
            return new("a bank of this station is learning already; its end is told to who began it");
        var now = _recipes.Of(camera);
        var recipe = command.RecipeName ?? now.Name;
        string bundle;
        try
        {
            bundle = await _recipes.BundleOfAsync(camera, recipe).ConfigureAwait(false);
        }
        catch (SettingsException error)
        {
            return new(error.OneLine);
        }

        var pictures = PicturesOf(camera, recipe);
        pictures.GiveBack();
        var (waiting, wanted) = (pictures.Count, command.Last ?? 1);
        if (waiting < wanted)
            return new($"{waiting} parts of recipe {recipe} are confirmed and not learned, expected {wanted}");
        // What was taken back is not to come into force again because something is added to it.
        if (recipe == now.Name && ModelStore.Mark(bundle) != _recipes.MarkOf(camera))
            return new($"{bundle} is not what camera {camera} inspects by: roll it back, or let it be taken up, first");
        var staged = pictures.Stage(command.Last);
        var learning = new BankLearning(LearningState.Started, recipe, staged);
        _logger.LearningBegins(camera, recipe, bundle, staged, command.By);
        var done = Task.Run(() => LearnAsync(camera, learning, bundle, pictures));
        _running = done;
        return new(null) { Learning = learning, Then = done };
    }

    /// <summary>Never throws.</summary>
    private async Task<CommandOutcome> LearnAsync(
        string camera, BankLearning learning, string bundle, ConfirmedPictures pictures)
    {
        string reason;
        try
        {
            var report = await _teacher.TeachAsync(bundle, pictures.Learning, _stop.Token).ConfigureAwait(false);
            pictures.Keep();
            learning = learning with { Frames = report.Frames, Bank = ChangeOf(report) };
            _logger.Learned(camera, learning.RecipeName, bundle, report.BundleId, report.Frames);
            await _recipes.RefreshAsync().ConfigureAwait(false);
            var now = _recipes.Of(camera);
            if (report.BundleId is not { } id || now.Name != learning.RecipeName || now.BundleId == id)
                return new(null) { Learning = learning with { State = LearningState.Done } };
            reason = $"{bundle} is now {id}, but camera {camera} keeps {now.BundleId}: see its alarm";
        }
        catch (OperationCanceledException)
        {
            reason = "the station stops";
        }
#pragma warning disable CA1031 // whatever it was, whoever commanded is told, and the next command may go well
        catch (Exception error)
#pragma warning restore CA1031
        {
            reason = error.Message;
        }

        GiveBack(pictures);
        return new(reason) { Learning = learning with { State = LearningState.Failed } };
    }

    private void GiveBack(ConfirmedPictures pictures)
    {
        try
        {
            pictures.GiveBack();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // They are given back before the next time.
            _logger.NotGivenBack(pictures.Learning, error.Message);
        }
    }

    private static BankChange ChangeOf(BankUpdateReport report) => new(
        report.After.Vectors, report.Before.Vectors, report.After.Threshold, report.Before.Threshold,
        report.After.FalseAlarms, report.Before.FalseAlarms, Math.Round(report.Duration.TotalSeconds, 3));

    private ConfirmedPictures PicturesOf(string camera, string recipe) =>
        new(Path.Combine(_archive.Path, camera, Folder, recipe), _archive.Confirmed);

    /// <summary>In the order of the commands, and away from the thread that brought them.</summary>
    private async Task<CommandOutcome> InTurnAsync(Func<Task<CommandOutcome>> act)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(act).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
