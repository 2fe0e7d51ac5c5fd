namespace PatchCore.Edge.Embeddings;

/// <summary>How a pretrained trunk is imported, beside which of its maps.</summary>
public sealed record TrunkImportOptions
{
    /// <summary>Where the model came from, kept in the file.</summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// The last block whose map stays as it is; those behind it keep every second position of a row and of a column,
    /// with half the dilation. Null: all stay.
    /// </summary>
    public string? ThinAfter { get; init; }

    /// <summary>How patches of the outputs are best mapped; kept in the file.</summary>
    public PatchMap PatchMap { get; init; } = PatchMap.None;
}
