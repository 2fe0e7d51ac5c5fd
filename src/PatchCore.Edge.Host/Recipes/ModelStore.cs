using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Recipes;

/// <summary>
/// Bundles made ready, each once, whoever uses it; one that nobody uses any more is let go. For one thread at a time.
/// </summary>
/// <param name="execution">How their networks run.</param>
/// <param name="logger">Told of every bundle that was loaded.</param>
internal sealed class ModelStore(ExecutionOptions execution, ILogger logger) : IDisposable
{
    private readonly List<StoredModel> _models = [];

    /// <summary>Ids of the bundles in use.</summary>
    public IEnumerable<string> Ids => _models.Select(stored => stored.Model.Bundle.Manifest.Id).Distinct();

    /// <summary>What became of the providers that were asked for, the same for every bundle.</summary>
    public IReadOnlyList<ProviderOutcome> Providers => _models[0].Model.Session.Outcomes;

    /// <summary>
    /// A recipe with its bundle as it lies there now, loaded and checked unless it is; the caller gives it back.
    /// </summary>
    /// <exception cref="Bundles.BundleException">The bundle is damaged, or scores differently here.</exception>
    /// <exception cref="EmbeddingException">The runtime or a required provider is missing.</exception>
    public RecipeUse Take(string name, LineRecipeFile file)
    {
        var stored = Take(file.Bundle);
        return new RecipeUse(LineRecipe.Of(name, stored.Model, file.Threshold, file.PixelThreshold), stored);
    }

    public void GiveBack(StoredModel stored)
    {
        if (--stored.Users > 0)
            return;
        _models.Remove(stored);
        stored.Model.Retire();
    }

    public void Dispose()
    {
        foreach (var stored in _models)
            stored.Model.Dispose();
        _models.Clear();
    }

    /// <summary>Tells one version of a bundle from another; empty while it is being replaced, or is none.</summary>
    public static string Mark(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "manifest.sha256"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private StoredModel Take(string directory)
    {
        var mark = Mark(directory);
        var stored = _models.Find(model => model.Directory == directory && model.Mark == mark);
        if (stored is null)
        {
            stored = new StoredModel(directory, mark, InspectionModel.Load(directory, execution));
            if (_models.Count == 0)
            {
                foreach (var outcome in stored.Model.Session.Outcomes)
                    logger.Provider(outcome.ToString());
            }

            _models.Add(stored);
            var manifest = stored.Model.Bundle.Manifest;
            logger.BundleLoaded(manifest.Id, stored.Model.Bundle.Directory, manifest.Calibration.Threshold);
        }

        stored.Users++;
        return stored;
    }
}

/// <summary>A bundle in use.</summary>
internal sealed class StoredModel(string directory, string mark, InspectionModel model)
{
    public string Directory => directory;

    /// <summary>Which version of the bundle it is.</summary>
    public string Mark => mark;

    public InspectionModel Model => model;

    public int Users { get; set; }
}
