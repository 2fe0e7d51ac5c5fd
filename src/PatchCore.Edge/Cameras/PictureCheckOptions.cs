namespace PatchCore.Edge.Cameras;

/// <summary>When a picture cannot be one of a part, and what becomes of it.</summary>
public sealed record PictureCheckOptions
{
    /// <summary>
    /// Pictures are frozen when three or more were the same for longer than this; null does not look. Looks at live
    /// sources alone (<see cref="IFrameSource.IsLive"/>).
    /// </summary>
    public TimeSpan? FrozenAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A picture is black when 99.5 % of its pixels are no brighter than this share of full scale, 0 to 1; null does
    /// not look.
    /// </summary>
    public double? Black { get; init; } = 0.02;

    /// <summary>
    /// A picture is saturated when a larger share of its pixels than this, 0 to 1, has a channel at full scale; null
    /// does not look.
    /// </summary>
    public double? Saturated { get; init; } = 0.9;

    /// <summary>Full scale of 16-bit pixels: 4095 for a camera of 12 bits.</summary>
    public int FullScale { get; init; } = 65535;

    /// <summary>A frozen picture is not inspected: it would judge every part by an old one.</summary>
    public bool RefuseFrozen { get; init; } = true;

    /// <summary>A black picture is not inspected: a lamp that is out would make scrap of good parts.</summary>
    public bool RefuseBlack { get; init; } = true;

    /// <summary>A saturated picture is not inspected. Not by default: a backlight may be meant to do so.</summary>
    public bool RefuseSaturated { get; init; }

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (FrozenAfter <= TimeSpan.Zero)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"FrozenAfter of a camera is {FrozenAfter}, expected more than 0"),
                nameof(FrozenAfter));
        }

        RequireShare(Black, nameof(Black));
        RequireShare(Saturated, nameof(Saturated));
        if (FullScale is < 1 or > 65535)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"FullScale of a camera is {FullScale}, expected 1 to 65535"),
                nameof(FullScale));
        }
    }

    private static void RequireShare(double? share, string name)
    {
        if (share is { } value && !(value is >= 0 and <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} of a camera is {value}, expected 0 to 1"), name);
        }
    }
}
