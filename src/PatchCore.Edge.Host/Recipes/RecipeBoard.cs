using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Recipes;

/// <summary>
/// Which recipe each camera inspects by, and how it becomes another: the new bundle is loaded and checked beside the
/// running one, then takes its place between two frames. Whatever fails leaves the old one in place and is told.
/// </summary>
internal sealed class RecipeBoard : IDisposable
{
    private readonly Dictionary<string, Slot> _cameras = [];
    private readonly RecipeDefinitions _definitions;
    private readonly ModelStore _models;
    private readonly PartTypes _partTypes;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Loads what the cameras begin with, and what triggers may name.</summary>
    /// <exception cref="BundleException">A bundle is damaged, or scores differently here.</exception>
    /// <exception cref="EmbeddingException">The runtime or a required provider is missing.</exception>
    /// <exception cref="SettingsException">A recipe is missing or wrong.</exception>
    public RecipeBoard(EdgeSettings settings, ExecutionOptions execution, ILogger logger)
    {
        (_models, _logger) = (new ModelStore(execution, logger), logger);
        _definitions = new RecipeDefinitions(settings.Recipes.Folder);
        _partTypes = new PartTypes(_definitions, _models, logger);
        try
        {
            foreach (var (name, camera) in settings.Cameras)
            {
                var first = RecipeDefinitions.FirstOf(camera);
                _cameras.Add(name, new Slot(camera, _models.Take(first, _definitions.Read(first, camera)))
                {
                    Seen = _definitions.StampOf(first, camera),
                });
            }

            _partTypes.Refresh();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>After every change of a camera's recipe, and every one that failed.</summary>
    public event Action<RecipeChange>? Changed;

    /// <summary>Ids of the bundles in use.</summary>
    public string BundleIds => string.Join(", ", _models.Ids);

    /// <summary>What became of the providers that were asked for, the same for every bundle.</summary>
    public IReadOnlyList<ProviderOutcome> Providers => _models.Providers;

    /// <summary>The camera's recipe now.</summary>
    public LineRecipe Of(string camera) => _cameras[camera].Active.Recipe;

    /// <summary>Which version of its bundle the camera's recipe has, see <see cref="ModelStore.Mark"/>.</summary>
    public string MarkOf(string camera) => _cameras[camera].Active.Model.Mark;

    /// <summary>Folder of the bundle that a recipe names now.</summary>
    /// <exception cref="SettingsException">There is no such recipe, or it is wrong.</exception>
    public Task<string> BundleOfAsync(string camera, string recipe) =>
        InTurnAsync(() => _definitions.Read(recipe, _cameras[camera].Settings).Bundle);

    /// <summary>The recipe of a part type that a trigger named; from any thread.</summary>
    public LineRecipe? ForPartType(string type) => _partTypes.Find(type);

    /// <summary>From now on the camera's pipeline is told.</summary>
    public void Attach(Pipeline pipeline) => _cameras[pipeline.Camera.Name].Pipeline = pipeline;

    /// <summary>Has a camera inspect by another recipe.</summary>
    public Task<RecipeChange> UseAsync(string camera, string recipe) => InTurnAsync(() => Change(camera, recipe));

    /// <summary>
    /// Has a camera inspect by what it had before the last change, which is still loaded; once more takes it back.
    /// </summary>
    public Task<RecipeChange> RollBackAsync(string camera) => InTurnAsync(() => RollBack(camera));

    /// <summary>
    /// Sets the threshold that a camera inspects by from the next frame on, until its recipe changes; that of part types
    /// stays. A rollback brings it back with its recipe.
    /// </summary>
    /// <param name="threshold">Above 0, finite.</param>
    public Task<LineRecipe> SetThresholdAsync(string camera, float threshold) => InTurnAsync(() =>
    {
        var slot = _cameras[camera];
        var recipe = slot.Active.Recipe with { Threshold = threshold };
        slot.Active = slot.Active with { Recipe = recipe };
        if (slot.Pipeline is { } pipeline)
            pipeline.Recipe = recipe;
        _logger.ThresholdSet(camera, recipe.Name, threshold);
        return recipe;
    });

    /// <summary>Loads what has changed on disk since the last look.</summary>
    public Task RefreshAsync() => InTurnAsync(() =>
    {
        foreach (var (camera, slot) in _cameras)
        {
            var name = slot.Active.Recipe.Name;
            var stamp = _definitions.StampOf(name, slot.Settings);
            if (stamp is not null && stamp != slot.Seen)
                Change(camera, name);
        }

        _partTypes.Refresh();
        return true;
    });

    public void Dispose()
    {
        _models.Dispose();
        _turn.Dispose();
    }

    private RecipeChange Change(string camera, string name)
    {
        var slot = _cameras[camera];
        try
        {
            var stamp = _definitions.StampOf(name, slot.Settings);
            // What is wrong now is not tried again before it changes.
            if (name == slot.Active.Recipe.Name)
                slot.Seen = stamp;
            var next = _models.Take(name, _definitions.Read(name, slot.Settings));
            slot.Seen = stamp;
            if (slot.Previous is { } gone)
                _models.GiveBack(gone.Model);
            (slot.Previous, slot.Active) = (slot.Active, next);
            return Tell(camera, slot, null);
        }
        catch (Exception error) when (error is SettingsException or BundleException or EmbeddingException
            or NativeException or IOException or UnauthorizedAccessException)
        {
            return Tell(camera, slot, error is SettingsException wrong ? wrong.OneLine : error.Message);
        }
    }

    private RecipeChange RollBack(string camera)
    {
        var slot = _cameras[camera];
        if (slot.Previous is not { } previous)
            return Tell(camera, slot, "there is no recipe to go back to: it has not been changed yet");
        (slot.Previous, slot.Active) = (slot.Active, previous);
        // What lies on disk is what was just left: it counts as seen.
        slot.Seen = _definitions.StampOf(previous.Recipe.Name, slot.Settings);
        return Tell(camera, slot, null);
    }

    private RecipeChange Tell(string camera, Slot slot, string? failure)
    {
        var recipe = slot.Active.Recipe;
        if (failure is null)
        {
            if (slot.Pipeline is { } pipeline)
                pipeline.Recipe = recipe;
            _logger.RecipeChanged(camera, recipe.Name, recipe.BundleId, recipe.Threshold);
        }
        else
        {
            _logger.RecipeKept(camera, recipe.Name, recipe.BundleId, failure);
        }

        var change = new RecipeChange(camera, recipe, failure);
        Changed?.Invoke(change);
        return change;
    }

    private async Task<T> InTurnAsync<T>(Func<T> change)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(change).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>One camera's recipes.</summary>
    private sealed class Slot(CameraSettings settings, RecipeUse first)
    {
        public CameraSettings Settings => settings;

        public Pipeline? Pipeline { get; set; }

        public RecipeUse Active { get; set; } = first;

        public RecipeUse? Previous { get; set; }

        /// <summary>What the active recipe looked like on disk when it was last looked at.</summary>
        public string? Seen { get; set; }
    }
}
