namespace PatchCore.Edge.Cameras;

/// <summary>
/// What a simulated line renders, and how fast. The same options give the same pixels on every machine.
/// </summary>
public sealed record SimulatedLineOptions
{
    /// <summary>Smallest width and height, in pixels: below it the small defects vanish.</summary>
    public const int SmallestSide = 64;

    /// <summary>Pixels, 64 to 8192.</summary>
    public int Width { get; init; } = 320;

    /// <summary>Pixels, 64 to 8192.</summary>
    public int Height { get; init; } = 320;

    /// <summary>
    /// Parts of two seeds differ in position, texture, noise and defects, but are the same product under the same
    /// light.
    /// </summary>
    public int Seed { get; init; } = 7;

    /// <summary>Share of defective parts, 0 to 1.</summary>
    public double DefectRate { get; init; } = 0.1;

    /// <summary>Time from part to part; zero renders as fast as the parts are taken.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Index of the first part, 0 or more.</summary>
    public long First { get; init; }

    /// <summary>Number of parts after which the line ends; null runs on.</summary>
    public long? Count { get; init; }

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Check(Width is >= SmallestSide and <= 8192, nameof(Width), Width, "64 to 8192 pixels");
        Check(Height is >= SmallestSide and <= 8192, nameof(Height), Height, "64 to 8192 pixels");
        Check(DefectRate is >= 0 and <= 1, nameof(DefectRate), DefectRate, "0 to 1");
        Check(Interval >= TimeSpan.Zero, nameof(Interval), Interval, "zero or more");
        Check(First >= 0, nameof(First), First, "zero or more");
        Check(Count is null or >= 0, nameof(Count), Count, "zero or more");
    }

    private static void Check(bool valid, string name, object? found, string expected)
    {
        if (!valid)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} of a simulated line is {found}, expected {expected}"), name);
        }
    }
}
