namespace PatchCore.Edge;

/// <summary>What the line sets for one pipeline.</summary>
public sealed record PipelineOptions
{
    /// <summary>
    /// From capture, or the request of a part, to the verdict; then it is ERROR. Null waits for as long as it takes.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    public TriggerOptions Trigger { get; init; } = new();

    /// <summary>The recipe of a part type that a request names; null when there is none.</summary>
    public Func<string, LineRecipe?> RecipeFor { get; init; } = _ => null;
}
