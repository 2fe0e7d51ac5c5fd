namespace PatchCore.Edge.Host.Recipes;

/// <summary>A recipe in use by one camera or part type, or kept ready for it.</summary>
/// <param name="Recipe">What frames are inspected by.</param>
/// <param name="Model">Its share of the bundle.</param>
internal sealed record RecipeUse(LineRecipe Recipe, StoredModel Model);

/// <summary>What became of a change of recipe.</summary>
/// <param name="Camera">The camera that it was for.</param>
/// <param name="Recipe">In force now.</param>
/// <param name="Failure">Why it was not changed; null when it was.</param>
internal sealed record RecipeChange(string Camera, LineRecipe Recipe, string? Failure);
