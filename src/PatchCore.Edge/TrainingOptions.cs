using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What a training is asked for.</summary>
public sealed record TrainingOptions
{
    /// <summary>Fewer good frames than this tell nothing of what good frames score.</summary>
    public const int FewestFrames = CalibrationScores.Fewest;

    /// <summary>
    /// What won most on several kinds of parts (Embeddings/README.md): no re-weighting, and a map smoothed by σ 8.
    /// </summary>
    public static ScoreOptions DefaultScoring { get; } = ScoreOptions.Default with { Sigma = 8 };

    /// <summary>With fewer than this, varied copies of them may help.</summary>
    public const int FewFrames = 30;

    /// <summary>1 TiB: as much memory as a training may be given.</summary>
    public const int MostMegabytes = 1 << 20;

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
    /// The linear map that patches go through; null: what the backbone brings for its own outputs, else none.
    /// </summary>
    public PatchMap? PatchMap { get; init; }

    /// <summary>What the line asks of its frames.</summary>
    public Recipe Recipe { get; init; } = new();

    /// <summary>Share of all patches that the memory bank keeps, in (0, 1].</summary>
    public double CoresetRatio { get; init; } = 0.1;

    /// <summary>Vectors that the memory bank has at most, whatever the ratio; 0: no limit.</summary>
    public int BankMax { get; init; } = 16_384;

    /// <summary>
    /// Milliseconds that searching the bank for a frame's neighbors may take on this machine, which limits the bank
    /// too; 0: no limit.
    /// </summary>
    public double BankLatencyMs { get; init; }

    /// <summary>Values that patches are projected to while the coreset is selected; 0: none, they stay as they
    /// are.</summary>
    public int Projection { get; init; }

    /// <summary>
    /// MiB for embeddings and for selecting from them. Where all do not fit, groups of frames are reduced as they come.
    /// </summary>
    public int MemoryMegabytes { get; init; } = 1024;

    /// <summary>Chooses the first center of the coreset; 0 is the first patch.</summary>
    public int Seed { get; init; }

    public ScoreOptions Scoring { get; init; } = DefaultScoring;

    /// <summary>How the threshold is set; each frame that it is set from costs one search of the bank.</summary>
    public CalibrationOptions Calibration { get; init; } = new();

    /// <summary>Share of unreadable pictures above which training stops.</summary>
    public double UnreadableLimit { get; init; } = 0.1;

    public ExecutionOptions Execution { get; init; } = new();

    /// <summary>Vectors that the bank of so many patches is to have, before latency is asked.</summary>
    internal int BankCount(long patches)
    {
        var most = BankMax == 0 ? int.MaxValue : BankMax;
        return (int)Math.Clamp(patches * CoresetRatio, 1, Math.Min(most, patches));
    }

    /// <summary>What the coreset of such patches is selected by; null: the patches as they are.</summary>
    /// <exception cref="TrainingException">Patches have fewer values than asked for.</exception>
    internal RandomProjection? CreateProjection(int dimension) =>
        Projection == 0 ? null
        : Projection <= dimension ? new RandomProjection(dimension, Projection)
        : throw new TrainingException(
            $"projection is to {Projection} values, expected at most the {dimension} that patches have");

    /// <summary>
    /// What is asked for, or what the backbone brings where nothing but its own outputs is asked of it.
    /// </summary>
    public PatchMap PatchMapFor(BackboneMetadata backbone) => PatchMap
        ?? (Layers.Count == 0 && Others.Count == 0 ? backbone.PatchMap : PatchMap.None);

    /// <exception cref="TrainingException">A value is out of range; the message names all that are.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        Require(
            Width is >= 32 and <= 4096 && Height is >= 32 and <= 4096,
            $"size is {Width}x{Height}, expected 32 to 4096");
        foreach (var scale in (double[])[Scale, .. Others.Select(other => other.Scale)])
            Require(scale is > 0 and <= 1, $"scale is {scale}, expected above 0, at most 1");
        faults.AddRange(PatchMap?.Faults() ?? []);
        Require(CoresetRatio is > 0 and <= 1, $"coreset ratio is {CoresetRatio}, expected above 0, at most 1");
        Require(BankMax >= 0, $"bank maximum is {BankMax}, expected 1 or more, or 0 for no limit");
        Require(
            BankLatencyMs is >= 0 and <= 60_000, $"bank latency is {BankLatencyMs} ms, expected 0 to 60000");
        Require(Projection >= 0, $"projection is to {Projection} values, expected 1 or more, or 0 for none");
        Require(
            MemoryMegabytes is >= 1 and <= MostMegabytes,
            $"memory is {MemoryMegabytes} MiB, expected 1 to {MostMegabytes}");
        Require(Seed >= 0, $"seed is {Seed}, expected 0 or more");
        Require(
            UnreadableLimit is >= 0 and <= 1, $"limit of unreadable pictures is {UnreadableLimit}, expected 0 to 1");
        faults.AddRange(Calibration.Faults());
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
    CalibrationInfo Calibration,
    TimeSpan Duration)
{
    /// <summary>Varied copies of each frame, whose patches are counted too.</summary>
    public int Copies { get; init; }

    /// <summary>What the bundle says of its coreset.</summary>
    public required CoresetInfo Coreset { get; init; }

    /// <summary>Sizes of the frames, in the order in which they were met.</summary>
    public IReadOnlyList<FrameSizeInfo> Sizes { get; init; } = [];
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
