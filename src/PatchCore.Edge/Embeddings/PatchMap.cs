namespace PatchCore.Edge.Embeddings;

/// <summary>
/// The linear map of patches that an embedding graph ends with, as it is asked for; <see cref="Whitening"/> learns it
/// from good frames.
/// </summary>
public sealed record PatchMap
{
    /// <summary>Leaves patches as the network gives them.</summary>
    public static PatchMap None { get; } = new();

    /// <summary>How much each layer counts, whatever the size of its numbers; empty: as they are.</summary>
    public IReadOnlyList<float> LayerWeights { get; init; } = [];

    /// <summary>
    /// Share of the mean variance of good patches that is added to every direction before all are made to vary alike,
    /// 0 to 1000; 0: no whitening.
    /// </summary>
    public double Whitening { get; init; }

    /// <summary>Values that a patch is reduced to, those that vary most; 0: all.</summary>
    public int Dimensions { get; init; }

    /// <summary>Whether it changes nothing.</summary>
    public bool IsNone => LayerWeights.Count == 0 && Whitening == 0 && Dimensions == 0;

    /// <summary>What is wrong with it; all faults.</summary>
    public IEnumerable<string> Faults()
    {
        if (Whitening is not (>= 0 and <= 1000))
            yield return FormattableString.Invariant($"whitening is {Whitening}, expected 0 to 1000");
        if (Dimensions < 0)
            yield return FormattableString.Invariant($"dimensions are {Dimensions}, expected 0 or more");
        foreach (var weight in LayerWeights.Where(weight => !(weight > 0 && float.IsFinite(weight))))
            yield return FormattableString.Invariant($"a layer's weight is {weight}, expected above 0");
    }
}
