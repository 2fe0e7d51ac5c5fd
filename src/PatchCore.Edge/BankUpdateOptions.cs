using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge;

/// <summary>What is to be added to a bundle's memory bank.</summary>
public sealed record BankUpdateOptions
{
    /// <summary>The bundle; its new version takes its place.</summary>
    public required string BundleDirectory { get; init; }

    /// <summary>Folder of pictures of good parts; those that the bank has already are skipped.</summary>
    public required string GoodDirectory { get; init; }

    /// <summary>
    /// Most vectors of the bank in all, also of what is added later. Null: what the training was allowed; if that had no
    /// limit, as many more as the bundle's ratio gives for the patches that are added.
    /// </summary>
    public int? MostVectors { get; init; }

    /// <summary>Frames, evenly spaced, of the old and of the added ones each, that the threshold is set from.</summary>
    public int CalibrationFrames { get; init; } = 200;

    /// <summary>Share of pictures that cannot be used above which nothing is added.</summary>
    public double UnreadableLimit { get; init; } = 0.1;

    /// <summary>Finds out everything and writes nothing.</summary>
    public bool DryRun { get; init; }

    public ExecutionOptions Execution { get; init; } = new();

    /// <exception cref="TrainingException">A value is out of range; the message names all that are.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (MostVectors is < 1)
            faults.Add(FormattableString.Invariant($"most bank vectors are {MostVectors}, expected 1 or more"));
        if (CalibrationFrames < 1)
            faults.Add(FormattableString.Invariant($"calibration frames are {CalibrationFrames}, expected 1 or more"));
        if (UnreadableLimit is not (>= 0 and <= 1))
        {
            faults.Add(FormattableString.Invariant(
                $"limit of unreadable pictures is {UnreadableLimit}, expected 0 to 1"));
        }

        if (faults.Count > 0)
            throw new TrainingException(string.Join("; ", faults));
    }
}

/// <summary>What adding to a bank came to.</summary>
public sealed record BankUpdateReport
{
    /// <summary>Of the new version; null where none was written.</summary>
    public string? BundleId { get; init; }

    /// <summary>Frames that were added.</summary>
    public required int Frames { get; init; }

    /// <summary>Files that the bank had already, or that were in the folder twice.</summary>
    public required IReadOnlyList<string> Known { get; init; }

    public required IReadOnlyList<UnreadableImage> Unreadable { get; init; }

    /// <summary>Patches of the added frames.</summary>
    public required long Patches { get; init; }

    public required BankState Before { get; init; }

    public required BankState After { get; init; }

    /// <summary>Old frames that were scored anew; 0 where their recorded scores stay.</summary>
    public required int Rescored { get; init; }

    public required TimeSpan Duration { get; init; }
}

/// <summary>A bank before or after frames were added.</summary>
/// <param name="Vectors">It has.</param>
/// <param name="CoverageRadius">Distance from it that no good patch, added ones included, exceeds.</param>
/// <param name="Threshold">Image scores above it fail.</param>
/// <param name="FalseAlarms">Added frames whose score is above it.</param>
public readonly record struct BankState(int Vectors, float CoverageRadius, float Threshold, int FalseAlarms);
