namespace PatchCore.Edge;

/// <summary>Somebody asks for the inspection of a part that is in front of the camera now.</summary>
/// <param name="PartId">Comes back in the result.</param>
/// <param name="PartType">The kind of part, which names its recipe; null: the recipe in use.</param>
public readonly record struct PartRequest(string? PartId, string? PartType = null);
