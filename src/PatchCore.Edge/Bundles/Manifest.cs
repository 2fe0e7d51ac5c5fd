using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace PatchCore.Edge.Bundles;

/// <summary>
/// What a model bundle says of itself, as kept in its manifest.json. README.md beside this file explains every key.
/// </summary>
public sealed record Manifest
{
    /// <summary>
    /// The format that this program writes, and the newest that it reads. What came after format 1 is optional to read:
    /// where it is missing, it is as it always was before.
    /// </summary>
    public const int CurrentFormatVersion = 2;

    [JsonRequired]
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>Names the model in results and logs.</summary>
    public required string Id { get; init; }

    /// <summary>Version of the program that wrote it.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// How it came to be, the oldest step first, the one that wrote it last; empty in format 1, which kept none.
    /// </summary>
    public ProvenanceInfo[] Provenance { get; init; } = [];

    public required BackboneInfo Backbone { get; init; }

    public required PreprocessingInfo Preprocessing { get; init; }

    /// <summary>Which pixels of a frame are inspected; since format 2.</summary>
    public GeometryInfo Geometry { get; init => field = value ?? new(); } = new();

    /// <summary>Varied copies of the good frames that are in the bank too; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AugmentationInfo? Augmentation { get; init; }

    public required EmbeddingInfo Embedding { get; init; }

    /// <summary>The networks that a patch's values are of, if they are several; the first is
    /// <see cref="Backbone"/>.</summary>
    public EnsembleMember[] Ensemble { get; init; } = [];

    public required CoresetInfo Coreset { get; init; }

    public required IndexInfo Index { get; init; }

    public required ScoringInfo Scoring { get; init; }

    public required CalibrationInfo Calibration { get; init; }

    /// <summary>
    /// How bright and sharp the good frames are; null where that was not kept, as before it was measured.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureInfo? Pictures { get; init; }

    public required GoldenImage[] GoldenImages { get; init; }

    /// <summary>
    /// Every file but the manifest and its checksum: name → sha256, lower-case hexadecimal. Filled in by
    /// <see cref="BundleWriter"/>.
    /// </summary>
    [JsonRequired]
    public SortedDictionary<string, string> Files { get; init; } = new(StringComparer.Ordinal);

    /// <summary>An id that sorts by time and is unique: "20260131-142501-3f9a2c".</summary>
    public static string NewId(DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture,
        $"{now.UtcDateTime:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    /// <summary>Version of this program.</summary>
    public static string ProgramVersion { get; } =
        typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    /// <summary>
    /// The manifest of a new version of this bundle, which says where it comes from; what is to differ is set after.
    /// </summary>
    /// <param name="operation">One of those of <see cref="ProvenanceInfo"/>.</param>
    /// <param name="what">For people: what was taken, from where, and how many.</param>
    /// <param name="now">When.</param>
    public Manifest Revise(string operation, string what, DateTimeOffset now) => this with
    {
        FormatVersion = CurrentFormatVersion,
        Id = NewId(now),
        Version = ProgramVersion,
        CreatedAt = now,
        Provenance =
        [
            .. Provenance, new ProvenanceInfo { Operation = operation, Parent = Id, At = now, What = what },
        ],
    };
}
