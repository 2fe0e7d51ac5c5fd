namespace PatchCore.Edge.Verdicts;

/// <summary>A connected part of a frame whose anomaly map is above the pixel threshold.</summary>
/// <param name="Area">Frame pixels.</param>
/// <param name="X">Left end of the box around it, frame pixels.</param>
/// <param name="Y">Upper end of the box.</param>
/// <param name="Width">Of the box, 1 or more.</param>
/// <param name="Height">Of the box, 1 or more.</param>
/// <param name="Peak">Largest map value.</param>
/// <param name="PeakX">Frame pixel that has it.</param>
/// <param name="PeakY">Frame pixel that has it.</param>
public readonly record struct DefectRegion(
    double Area, int X, int Y, int Width, int Height, float Peak, int PeakX, int PeakY);

/// <summary>The defect regions of one frame.</summary>
/// <param name="Count">Regions above the pixel threshold.</param>
/// <param name="Largest">
/// At most <see cref="RegionFinder.Most"/> of them, those with the largest peaks first. If there is none: nothing, or
/// the hottest spot of a frame that failed all the same.
/// </param>
public readonly record struct DefectRegions(int Count, ReadOnlyMemory<DefectRegion> Largest)
{
    public bool Equals(DefectRegions other) => Count == other.Count && Largest.Span.SequenceEqual(other.Largest.Span);

    public override int GetHashCode() => HashCode.Combine(Count, Largest.Length);
}
