using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Recipes;

/// <summary>
/// The recipes that triggers name by part type, all of them loaded: a part does not wait for its bundle. Refreshed by one
/// thread at a time, asked by any.
/// </summary>
internal sealed class PartTypes(RecipeDefinitions definitions, ModelStore models, ILogger logger)
{
    private readonly Dictionary<string, (string? Stamp, IReadOnlyList<string> Types, RecipeUse? Use)> _recipes = [];
    private volatile Dictionary<string, LineRecipe> _byType = [];

    public LineRecipe? Find(string type) => _byType.GetValueOrDefault(type);

    /// <summary>Loads what is new or has changed; a recipe that cannot be loaded stays as it was, and is told.</summary>
    public void Refresh()
    {
        var names = definitions.Files;
        var gone = new List<RecipeUse>();
        foreach (var name in _recipes.Keys.Except(names).ToList())
            Forget(name, gone);
        foreach (var name in names)
        {
            var stamp = definitions.StampOf(name, null);
            if (stamp is null || (_recipes.TryGetValue(name, out var known) && known.Stamp == stamp))
                continue;
            try
            {
                var file = definitions.Read(name, null);
                var use = file.PartTypes.Count > 0 ? models.Take(name, file) : null;
                Forget(name, gone);
                _recipes[name] = (stamp, file.PartTypes, use);
            }
            catch (Exception error) when (error is SettingsException or BundleException or EmbeddingException
                or NativeException or IOException or UnauthorizedAccessException)
            {
                var old = _recipes.GetValueOrDefault(name);
                _recipes[name] = (stamp, old.Types ?? [], old.Use);
                logger.PartTypesKept(name, error is SettingsException wrong ? wrong.OneLine : error.Message);
            }
        }

        // First what triggers find, then what no trigger finds any more.
        _byType = Index();
        gone.ForEach(use => models.GiveBack(use.Model));
    }

    private Dictionary<string, LineRecipe> Index()
    {
        var index = new Dictionary<string, LineRecipe>(StringComparer.Ordinal);
        foreach (var (name, (_, types, use)) in _recipes.OrderBy(recipe => recipe.Key, StringComparer.Ordinal))
        {
            foreach (var type in use is null ? [] : types)
            {
                if (!index.TryAdd(type, use!.Recipe))
                    logger.PartTypesKept(name, $"part type '{type}' belongs to recipe {index[type].Name} already");
            }
        }

        return index;
    }

    private void Forget(string name, List<RecipeUse> gone)
    {
        if (_recipes.Remove(name, out var old) && old.Use is { } use)
            gone.Add(use);
    }
}
