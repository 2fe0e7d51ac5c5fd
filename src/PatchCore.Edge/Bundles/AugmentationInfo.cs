namespace PatchCore.Edge.Bundles;

/// <summary>
/// Varied copies of good frames that join the memory bank: the section <c>augmentation</c> of a recipe and of a
/// manifest. Each number says how far a copy may differ from its frame; 0 leaves that alone.
/// </summary>
public sealed record AugmentationInfo
{
    /// <summary>Copies of each good frame, 1 to 64.</summary>
    public required int Copies { get; init; }

    /// <summary>Rotation about the frame's center, degrees either way, 0 to 180.</summary>
    public double RotationDegrees { get; init; }

    /// <summary>Shift along each axis, frame pixels either way, 0 to 4096.</summary>
    public double ShiftPixels { get; init; }

    /// <summary>Whether left and right may change places.</summary>
    public bool FlipHorizontal { get; init; }

    /// <summary>Whether top and bottom may.</summary>
    public bool FlipVertical { get; init; }

    /// <summary>All values are multiplied by up to 1 ± this, 0 to 0.5.</summary>
    public double Brightness { get; init; }

    /// <summary>Their distance from the frame's mean value is multiplied by up to 1 ± this, 0 to 0.5.</summary>
    public double Contrast { get; init; }
}
