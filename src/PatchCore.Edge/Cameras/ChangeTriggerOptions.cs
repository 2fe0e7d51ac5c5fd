namespace PatchCore.Edge.Cameras;

/// <summary>How a camera sees by itself that a part has come.</summary>
public sealed record ChangeTriggerOptions
{
    /// <summary>Where to look, in frame pixels; null: the whole frame.</summary>
    public PixelBox? Region { get; init; }

    /// <summary>
    /// Mean difference from the empty scene, in levels of 0 to 255, above which a part is there; it has left below half
    /// of it.
    /// </summary>
    public double Level { get; init; } = 12;

    /// <summary>Frames in a row with a part before it counts, 1 or more.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>
    /// Mean difference from the frame before, in levels, below which the part has come to rest; null: it may move.
    /// </summary>
    public double? Still { get; init; }

    /// <summary>A picture of the empty scene; null: the first frame shows it.</summary>
    public string? Background { get; init; }

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        if (!(Level is > 0 and <= 255))
            throw Out(nameof(Level), Level, "a difference above 0 and up to 255");
        if (Frames < 1)
            throw Out(nameof(Frames), Frames, "1 or more");
        if (Still is { } still && !(still is > 0 and <= 255))
            throw Out(nameof(Still), still, "a difference above 0 and up to 255");
    }

    private static ArgumentException Out(string name, double found, string expected) => new(
        FormattableString.Invariant($"{name} of an on-change trigger is {found}, expected {expected}"), name);
}
