using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Scores;

namespace PatchCore.Edge;

/// <summary>What a training is asked for.</summary>
public sealed record TrainingOptions
{
    /// <summary>Fewer good frames than this tell nothing of what good frames score.</summary>
    public const int FewestFrames = 5;

    /// <summary>With fewer than this, varied copies of them may help.</summary>
    public const int FewFrames = 30;

    /// <summary>Folder of pictures of good parts.</summary>
    public required string GoodDirectory { get; init; }

    /// <summary>Where the model bundle goes; one that is there is replaced in one step.</summary>
    public required string BundleDirectory { get; init; }

    /// <summary>ONNX backbone, as <c>backbone import</c> made it.</summary>
    public required string BackbonePath { get; init; }

    /// <summary>
    /// Tensors of the backbone, the first of which gives the grid; empty for the ones that it was imported with.
    /// </summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Size at which the backbone sees the image, relative to <see cref="Width"/> and Height.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>
    /// Further networks, or the same at other scales, whose values join those of the backbone in every patch; no layers
    /// mean those that it was imported with.
    /// </summary>
    public IReadOnlyList<EmbeddingMember> Others { get; init; } = [];

    /// <summary>Width and height of the image tensor, pixels.</summary>
    public int Width { get; init; } = 224;

    public int Height { get; init; } = 224;

    /// <summary>
    /// Whitens patches by the covariance of good ones, so that a deviation weighs by how unusual it is: share of the
    /// mean variance that is added to every direction, 0 to leave patches as the network gives them.
    /// </summary>
    public double Whitening { get; init; }

    /// <summary>What the line asks of its frames.</summary>
    public Recipe Recipe { get; init; } = new();

    /// <summary>Share of all patches that the memory bank keeps, in (0, 1].</summary>
    public double CoresetRatio { get; init; } = 0.1;

    /// <summary>Chooses the first center of the coreset; 0 is the first patch.</summary>
    public int Seed { get; init; }

    public ScoreOptions Scoring { get; init; } = ScoreOptions.Default with { Reweighting = Reweighting.Paper };

    /// <summary>Frames, evenly spaced, that the threshold is set from; each costs one search of the bank.</summary>
    public int CalibrationFrames { get; init; } = 200;

    /// <summary>Share of unreadable pictures above which training stops.</summary>
    public double UnreadableLimit { get; init; } = 0.1;

    public ExecutionOptions Execution { get; init; } = new();

    /// <exception cref="TrainingException">A value is out of range; the message names all that are.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        Require(
            Width is >= 32 and <= 4096 && Height is >= 32 and <= 4096,
            $"size is {Width}x{Height}, expected 32 to 4096");
        foreach (var scale in (double[])[Scale, .. Others.Select(other => other.Scale)])
            Require(scale is > 0 and <= 1, $"scale is {scale}, expected above 0, at most 1");
        Require(Whitening is >= 0 and <= 1000, $"whitening is {Whitening}, expected 0 to 1000");
        Require(CoresetRatio is > 0 and <= 1, $"coreset ratio is {CoresetRatio}, expected above 0, at most 1");
        Require(Seed >= 0, $"seed is {Seed}, expected 0 or more");
        Require(
            CalibrationFrames >= FewestFrames,
            $"calibration frames are {CalibrationFrames}, expected {FewestFrames} or more");
        Require(
            UnreadableLimit is >= 0 and <= 1, $"limit of unreadable pictures is {UnreadableLimit}, expected 0 to 1");
        faults.AddRange(Recipe.Faults());
        if (faults.Count > 0)
            throw new TrainingException(string.Join("; ", faults));

        void Require(bool holds, FormattableString fault)
        {
            if (!holds)
                faults.Add(FormattableString.Invariant(fault));
        }
    }
}

/// <summary>What a training came to.</summary>
public sealed record TrainingReport(
    string BundleDirectory,
    string BundleId,
    int Frames,
    IReadOnlyList<UnreadableImage> Unreadable,
    long Patches,
    int BankCount,
    int Dimension,
    float Threshold,
    TimeSpan Duration)
{
    /// <summary>Varied copies of each frame, whose patches are counted too.</summary>
    public int Copies { get; init; }
}

/// <summary>A picture that could not be read, and why.</summary>
public readonly record struct UnreadableImage(string Path, string Reason);

/// <summary>Hears how far a training is; called from the training's own thread.</summary>
public interface ITrainingProgress
{
    /// <param name="stage">What is being done, in the words of the data flow.</param>
    /// <param name="done">Units finished so far.</param>
    /// <param name="total">Units in all.</param>
    public void Report(string stage, long done, long total);
}

/// <summary>Training cannot go on; the message says what was found and what was expected.</summary>
public sealed class TrainingException(string message, Exception? innerException = null)
    : Exception(message, innerException);
