using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge;

/// <summary>How a memory bank is looked at.</summary>
public sealed record BankInspectionOptions
{
    public required string BundleDirectory { get; init; }

    /// <summary>Where the good frames are now, known by their hash; null: where they were.</summary>
    public string? GoodDirectory { get; init; }

    /// <summary>Patches wanted of each kind; 0 for none, which spares embedding the frames.</summary>
    public int Patches { get; init; }

    public ExecutionOptions Execution { get; init; } = new();
}

/// <summary>What a memory bank holds.</summary>
public sealed record BankInspectionReport
{
    public required Bundle Bundle { get; init; }

    /// <summary>The frames that it was selected from; empty where the bundle does not say.</summary>
    public required IReadOnlyList<BankFrame> Frames { get; init; }

    /// <summary>Patches nearest to the bank that are not in it, one of each frame, the nearest first.</summary>
    public IReadOnlyList<PatchView> Nearest { get; init; } = [];

    /// <summary>Patches farthest from the bank, one of each frame, the farthest first.</summary>
    public IReadOnlyList<PatchView> Farthest { get; init; } = [];

    /// <summary>Bank vectors farthest from all others of the bank, the farthest first.</summary>
    public IReadOnlyList<PatchView> Outlying { get; init; } = [];

    /// <summary>What is missing, a sentence each.</summary>
    public IEnumerable<string> Notes()
    {
        if (Frames.Count == 0)
        {
            yield return $"The bundle has no {Bundle.OriginsName}: it does not say which frames its bank comes from.";
        }

        var missing = Frames.Count(frame => frame.Found is null);
        if (missing > 0)
        {
            yield return FormattableString.Invariant(
                $"{missing} of {Frames.Count} good frames are not where they were, or are not what they were: ")
                + "nothing can be shown of them";
        }
    }
}

/// <summary>A good frame and what the bank has of it.</summary>
/// <param name="File">Where it was when it was learned.</param>
/// <param name="Found">Where it is; null if it is there no more.</param>
/// <param name="Vectors">Of the bank that are patches of it.</param>
/// <param name="Farthest">Largest distance of its patches from the bank; null where it was not measured.</param>
public sealed record BankFrame(string File, string? Found, int Vectors, float? Farthest);

/// <summary>A patch and the bank vector nearest to it.</summary>
/// <param name="Patch">Where it is.</param>
/// <param name="Distance">Euclidean distance between the two.</param>
/// <param name="Match">Where the bank vector comes from; null if that frame is not there, or the vector is of a varied
/// copy of it.</param>
public sealed record PatchView(PatchPlace Patch, float Distance, PatchPlace? Match);

/// <summary>A patch on its frame.</summary>
/// <param name="File">The frame.</param>
/// <param name="Outline">Corners of its cell in frame pixels, in order around it.</param>
public sealed record PatchPlace(string File, IReadOnlyList<(double X, double Y)> Outline);
