namespace PatchCore.Edge.Host.Settings;

/// <summary>
/// The configuration cannot be used; every error is listed, each with key, what was found and what was expected.
/// </summary>
internal sealed class SettingsException(string source, IReadOnlyList<string> errors)
    : Exception($"{source}: {errors.Count} {(errors.Count == 1 ? "error" : "errors")}\n  {string.Join("\n  ", errors)}")
{
    public IReadOnlyList<string> Errors { get; } = errors;

    /// <summary>All of it in one line, for messages.</summary>
    public string OneLine => $"{source}: {string.Join("; ", Errors)}";
}
