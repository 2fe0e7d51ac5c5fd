using System.Text.Json.Serialization;

namespace PatchCore.Edge.Bundles;

/// <summary>
/// Which pixels of a frame are inspected, and how they reach the backbone: the section <c>geometry</c> of a recipe and
/// of a manifest. Coordinates are frame pixels: x to the right, y down, (0, 0) the upper left corner of the upper left
/// pixel. The default is what format 1 knew: the whole frame, stretched.
/// </summary>
public sealed record GeometryInfo
{
    /// <summary>"stretch" to the size of the image tensor, or "fit": aspect kept, the rest padded.</summary>
    public string Resize { get; init => field = value ?? "stretch"; } = "stretch";

    /// <summary>Size that every frame must have; null: see Conversion/README.md.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FrameSizeInfo? Frame { get; init; }

    /// <summary>Polygons of points [x, y]; inspected is what lies in any of them. Empty: the whole frame.</summary>
    public double[][][] Region { get; init => field = value ?? []; } = [];

    /// <summary>Polygons of points [x, y]; what lies in any of them is not inspected.</summary>
    public double[][][] Ignore { get; init => field = value ?? []; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TilingInfo? Tiling { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlignmentInfo? Alignment { get; init; }

    /// <summary>How 16 bits become 8; null: the full range.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DepthInfo? Depth { get; init; }
}

/// <summary>Pixels of a frame.</summary>
public sealed record FrameSizeInfo
{
    public required int Width { get; init; }

    public required int Height { get; init; }
}

/// <summary>Big frames go through the backbone piece by piece.</summary>
public sealed record TilingInfo
{
    /// <summary>Width of a tile in frame pixels; its height follows from the shape of the image tensor.</summary>
    public required double Size { get; init; }

    /// <summary>Frame pixels that neighboring tiles share at least; null: an eighth of the size.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Overlap { get; init; }

    internal const double DefaultOverlapPart = 8;
}

/// <summary>Parts lie shifted and rotated; they are found and moved to where the reference has them.</summary>
public sealed record AlignmentInfo
{
    /// <summary>x, y, width, height of the piece of the reference that is searched, in frame pixels.</summary>
    public required double[] Template { get; init; }

    /// <summary>How far it may be shifted, frame pixels in each direction.</summary>
    public double SearchPixels { get; init; }

    /// <summary>How far it may be rotated, degrees in each direction.</summary>
    public double SearchDegrees { get; init; }

    /// <summary>Normalized correlation below which the part counts as not found.</summary>
    public double MinSimilarity { get; init => field = value == 0 ? 0.6 : value; } = 0.6;

    /// <summary>File of the reference picture; in a recipe null takes the first good frame.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reference { get; init; }
}

/// <summary>A linear window: 16-bit values up to Black become 0, from White on 255.</summary>
public sealed record DepthInfo
{
    public int Black { get; init; }

    public required int White { get; init; }
}
