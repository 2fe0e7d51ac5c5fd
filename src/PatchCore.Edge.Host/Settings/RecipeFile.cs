using System.Text.Json;
using System.Text.Json.Serialization;

namespace PatchCore.Edge.Host.Settings;

/// <summary>
/// Reads a recipe: config/schema/recipe.schema.json says what may be in it, and every fault is listed at once.
/// </summary>
internal static class RecipeFile
{
    /// <exception cref="SettingsException">Missing, not JSON, or any value is wrong.</exception>
    internal static Recipe Read(string path)
    {
        if (!File.Exists(path))
            throw new SettingsException(path, ["there is no such recipe"]);
        Recipe recipe;
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddJsonFile(path, optional: false, reloadOnChange: false)
                .Build();
            var errors = SettingsSchema.Check(configuration, "recipe.schema.json");
            if (errors.Count > 0)
                throw new SettingsException(path, [.. errors.Select(Dotted)]);
            recipe = Parse(path);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or JsonException
            or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(path, [e.GetBaseException().Message]);
        }

        var faults = recipe.Faults();
        return faults.Count == 0 ? recipe : throw new SettingsException(path, faults);
    }

    // The key is the first word; a recipe's own faults write it with dots.
    private static string Dotted(string error)
    {
        var end = error.IndexOf(' ', StringComparison.Ordinal);
        return error[..end].Replace(':', '.') + error[end..];
    }

    // A file that a recipe names lies beside the recipe.
    private static Recipe Parse(string path)
    {
        var recipe = JsonSerializer.Deserialize(File.ReadAllBytes(path), RecipeJson.Default.Recipe) ?? new Recipe();
        if (recipe.Geometry.Alignment is not { Reference: { Length: > 0 } reference } alignment)
            return recipe;
        reference = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, reference);
        return recipe with
        {
            Geometry = recipe.Geometry with { Alignment = alignment with { Reference = reference } },
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    UseStringEnumConverter = true,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(Recipe))]
internal sealed partial class RecipeJson : JsonSerializerContext;
