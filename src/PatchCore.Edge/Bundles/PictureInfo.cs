namespace PatchCore.Edge.Bundles;

/// <summary>How bright and how sharp the good frames are, to see later how the line has changed.</summary>
public sealed record PictureInfo
{
    /// <summary>Good frames that were measured.</summary>
    public required int Frames { get; init; }

    /// <summary>Mean of their mean gray levels, 0 to 255.</summary>
    public required double Brightness { get; init; }

    /// <summary>Deviation of their mean gray levels from frame to frame.</summary>
    public required double BrightnessStd { get; init; }

    /// <summary>Mean of their sharpness: variance of the Laplacian divided by the squared brightness.</summary>
    public required double Sharpness { get; init; }

    /// <summary>Deviation of their sharpness from frame to frame.</summary>
    public required double SharpnessStd { get; init; }
}
