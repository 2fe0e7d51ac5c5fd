using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Recipes;

/// <summary>
/// What a recipe names: a bundle, and what the line sets for it. Keys are those of
/// config/schema/line-recipe.schema.json.
/// </summary>
internal sealed record LineRecipeFile
{
    /// <summary>Full path of the bundle's folder.</summary>
    public string Bundle { get; init; } = "";

    /// <summary>Null: the bundle's.</summary>
    public float? Threshold { get; init; }

    /// <summary>Null: the bundle's.</summary>
    public float? PixelThreshold { get; init; }

    /// <summary>Kinds of parts that a trigger may name for it.</summary>
    public IReadOnlyList<string> PartTypes { get; init; } = [];

    /// <summary>Where the recipe of this name is.</summary>
    public static string PathOf(string folder, string name) => Path.Combine(folder, name + ".json");

    /// <summary>Names of the recipes in a folder, in ordinal order.</summary>
    public static IReadOnlyList<string> Names(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal)];

    /// <exception cref="SettingsException">Missing, not JSON, or any value is wrong; every fault is listed.</exception>
    public static LineRecipeFile Read(string path)
    {
        if (!File.Exists(path))
            throw new SettingsException(path, ["there is no such recipe"]);
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddJsonFile(path, optional: false, reloadOnChange: false)
                .Build();
            var errors = SettingsSchema.Check(configuration, "line-recipe.schema.json");
            if (errors.Count > 0)
                throw new SettingsException(path, errors);
            var recipe = configuration.Get<LineRecipeFile>()!;
            var bundle = Path.GetFullPath(recipe.Bundle, Path.GetDirectoryName(path)!);
            return Directory.Exists(bundle)
                ? recipe with { Bundle = bundle }
                : throw new SettingsException(path, [$"Bundle found no folder {bundle}, expected a model bundle"]);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException
            or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(path, [e.GetBaseException().Message]);
        }
    }
}
