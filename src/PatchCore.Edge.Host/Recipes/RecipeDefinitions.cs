using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Recipes;

/// <summary>
/// Recipes by name, as they lie on disk now: files of the recipe folder, and for a camera that names only a bundle that
/// bundle under its folder's name.
/// </summary>
/// <param name="folder">Null: there are no recipe files.</param>
internal sealed class RecipeDefinitions(string? folder)
{
    /// <summary>Those that were right, by their text: they are looked at again and again, and seldom change.</summary>
    private readonly Dictionary<string, (string Text, LineRecipeFile Recipe)> _known = [];

    /// <summary>The name of the recipe that a camera begins with.</summary>
    public static string FirstOf(CameraSettings camera) => camera.Recipe ?? Path.GetFileName(camera.Bundle!);

    /// <summary>Names of the recipe files.</summary>
    public IReadOnlyList<string> Files => folder is null ? [] : LineRecipeFile.Names(folder);

    /// <exception cref="SettingsException">There is none, or it is wrong.</exception>
    public LineRecipeFile Read(string name, CameraSettings? camera)
    {
        if (camera?.Bundle is { } bundle && name == FirstOf(camera))
            return new LineRecipeFile { Bundle = bundle, Threshold = camera.Threshold };
        return Files.Contains(name)
            ? ReadFile(LineRecipeFile.PathOf(folder!, name))
            : throw new SettingsException(
                $"recipe {name}",
                [folder is null
                    ? "there are no recipes: Recipes:Folder is not set"
                    : $"there is none in {folder}, expected one of {string.Join(", ", Files)}"]);
    }

    /// <summary>
    /// Tells a recipe from what it was before, with its bundle; null while that is being written and cannot be told.
    /// </summary>
    public string? StampOf(string name, CameraSettings? camera)
    {
        var implied = camera?.Bundle is not null && name == FirstOf(camera);
        try
        {
            var text = implied ? "" : File.ReadAllText(LineRecipeFile.PathOf(folder!, name));
            var mark = ModelStore.Mark(Read(name, camera).Bundle);
            return mark.Length == 0 ? null : text + mark;
        }
        catch (SettingsException error)
        {
            return error.Message;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    private LineRecipeFile ReadFile(string path)
    {
        var text = File.ReadAllText(path);
        if (_known.TryGetValue(path, out var known) && known.Text == text)
            return known.Recipe;
        var recipe = LineRecipeFile.Read(path);
        _known[path] = (text, recipe);
        return recipe;
    }
}
