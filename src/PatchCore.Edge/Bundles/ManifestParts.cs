using System.Text.Json.Serialization;

namespace PatchCore.Edge.Bundles;

/// <summary>The network that the embedding was cut from.</summary>
public sealed record BackboneInfo
{
    /// <summary>For people: "mobilenetv2".</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from: a package or a file name.</summary>
    public required string Source { get; init; }

    /// <summary>Of the backbone's ONNX file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>Frame → image tensor: (value · Scale − Mean) / Std per channel, after resizing.</summary>
public sealed record PreprocessingInfo
{
    /// <summary>Pixels of the image tensor.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels of the image tensor.</summary>
    public required int Height { get; init; }

    /// <summary>One for each of the three channels, in the order of <see cref="ColorOrder"/>.</summary>
    public required float[] Mean { get; init; }

    /// <summary>Likewise; none is 0.</summary>
    public required float[] Std { get; init; }

    /// <summary>Multiplies 0..255.</summary>
    public required float Scale { get; init; }

    /// <summary>"rgb" or "bgr".</summary>
    public required string ColorOrder { get; init; }

    /// <summary>"area".</summary>
    public required string Interpolation { get; init; }
}

/// <summary>Image tensor → embedding.</summary>
public sealed record EmbeddingInfo
{
    /// <summary>Blocks of the backbone, the first of which sets the grid.</summary>
    public required string[] Layers { get; init; }

    /// <summary>The ONNX graph's input.</summary>
    public required string Input { get; init; }

    /// <summary>The ONNX graph's output.</summary>
    public required string Output { get; init; }

    /// <summary>Rows of patches.</summary>
    public required int GridHeight { get; init; }

    /// <summary>Patches in a row.</summary>
    public required int GridWidth { get; init; }

    /// <summary>Values of a patch.</summary>
    public required int Dimension { get; init; }

    /// <summary>How much each layer counts; empty, as in format 1: by the size of its numbers.</summary>
    public float[] LayerWeights { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Shrinkage with which patches are whitened, in the graph itself; 0, as in format 1, where they are not.
    /// </summary>
    public double Whitening { get; init; }
}

/// <summary>Embeddings of good parts → coreset.</summary>
public sealed record CoresetInfo
{
    /// <summary>A word of <see cref="Coverage"/>: some patch is as far as the radius says.</summary>
    public const string Exact = "exact";

    /// <summary>A word of <see cref="Coverage"/>: no patch is farther, and none may be as far.</summary>
    public const string Bound = "bound";

    /// <summary>Good frames that it was selected from.</summary>
    public required int Frames { get; init; }

    /// <summary>Patches that it was selected from.</summary>
    public required long Patches { get; init; }

    /// <summary>Patches selected.</summary>
    public required int Count { get; init; }

    /// <summary>What was asked for: selected / all, above 0, at most 1.</summary>
    public required double Ratio { get; init; }

    /// <summary>What the choice of the first patch was made with.</summary>
    public required int Seed { get; init; }

    /// <summary>Euclidean distance from the bank that no good patch exceeds.</summary>
    public required float CoverageRadius { get; init; }

    /// <summary>"exact" or "bound".</summary>
    public string Coverage { get; init => field = value ?? Exact; } = Exact;

    /// <summary>
    /// 1: selected from all patches. 2: from the coresets of groups of frames, for which memory was enough.
    /// </summary>
    public int Levels { get; init; } = 1;

    /// <summary>
    /// Euclidean, one a level: with one the coverage radius; with two the largest of a group's patches from what was
    /// kept of it, then that of what was kept from the bank. Empty where none were written.
    /// </summary>
    public float[] LevelRadii { get; init => field = value ?? []; } = [];

    /// <summary>Patches that the last level selected from; 0 where it was not written, and all were.</summary>
    public int Kept { get; init; }

    /// <summary>MiB that embeddings might take; 0 where it was not written, and there was no limit.</summary>
    public int MemoryMegabytes { get; init; }

    /// <summary>Values that patches were projected to for the selection; 0: none.</summary>
    public int Projection { get; init; }

    /// <summary>Most vectors that the bank might have; 0: no limit.</summary>
    public int BankMax { get; init; }

    /// <summary>How long searching the bank might take; null: no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BankLatencyInfo? BankLatency { get; init; }
}

/// <summary>The time that searching the bank for a frame's neighbors might take when it was made.</summary>
public sealed record BankLatencyInfo
{
    /// <summary>Milliseconds that were asked for.</summary>
    public required double BudgetMs { get; init; }

    /// <summary>Milliseconds that it took, the median, on the machine that trained.</summary>
    public required double MeasuredMs { get; init; }

    /// <summary>Patches of a frame, which are what is searched for at once.</summary>
    public required int Queries { get; init; }
}

/// <summary>The memory bank on disk.</summary>
public sealed record IndexInfo
{
    /// <summary>"flat-l2".</summary>
    public required string Kind { get; init; }

    /// <summary>"l2".</summary>
    public required string Metric { get; init; }

    /// <summary>Vectors.</summary>
    public required int Count { get; init; }

    /// <summary>Values of a vector; that of the embedding.</summary>
    public required int Dimension { get; init; }
}

/// <summary>Neighbors → image score and anomaly map.</summary>
public sealed record ScoringInfo
{
    /// <summary>"none", "paper" or "seed".</summary>
    public required string Reweighting { get; init; }

    /// <summary>Distances that the re-weighting looks at.</summary>
    public required int Neighbors { get; init; }

    /// <summary>Of the map's Gaussian, in map pixels.</summary>
    public required double Sigma { get; init; }

    /// <summary>"bilinear" or "nearest".</summary>
    public required string Upsampling { get; init; }
}

/// <summary>Where the threshold is, and what it was set from.</summary>
public sealed record CalibrationInfo
{
    /// <summary>Image scores above it fail.</summary>
    public required float Threshold { get; init; }

    /// <summary>How it was set.</summary>
    public required string Method { get; init; }

    /// <summary>Good frames that it was set from, each scored by the bank without its own patches.</summary>
    public required int HeldOutFrames { get; init; }

    /// <summary>Of their scores.</summary>
    public required float Mean { get; init; }

    /// <summary>Of their scores.</summary>
    public required float Std { get; init; }

    /// <summary>Of their scores.</summary>
    public required float Min { get; init; }

    /// <summary>Of their scores.</summary>
    public required float Max { get; init; }

    /// <summary>Theirs, one a frame.</summary>
    public required float[] Scores { get; init; }

    /// <summary>The largest value of each of their anomaly maps; empty where they were not kept.</summary>
    public float[] HottestSpots { get; init => field = value ?? []; } = [];

    /// <summary>Share of good parts that was allowed to be rejected; null where none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? FalseRejectRate { get; init; }

    /// <summary>How sure <see cref="RateBound"/> is, between 0 and 1.</summary>
    public double Confidence { get; init => field = value == 0 ? 0.95 : value; } = 0.95;

    /// <summary>
    /// Share of good parts that the threshold rejects at most, by the scores; null where it was not worked out.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RateBound { get; init; }

    /// <summary>Map values above it are a defect region; null where it was not set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? PixelThreshold { get; init; }

    /// <summary>Map value drawn in the heatmap's coldest color.</summary>
    public required float MapLow { get; init; }

    /// <summary>Map value drawn in the heatmap's hottest color.</summary>
    public required float MapHigh { get; init; }
}

/// <summary>
/// A frame kept to prove, when a bundle is loaded, that this machine scores as the one that trained it.
/// </summary>
public sealed record GoldenImage
{
    /// <summary>Its name in the bundle, "golden/000.png"; lossless.</summary>
    public required string File { get; init; }

    /// <summary>Its image score when the bundle was written.</summary>
    public required float Score { get; init; }
}
