namespace PatchCore.Edge.Cameras;

/// <summary>One defect on one part, in the part's coordinates (<see cref="SimulatedPose"/>).</summary>
internal abstract class SimulatedDefect
{
    /// <summary>Where the defect may change the picture: first and last u and v.</summary>
    public (float Left, float Top, float Right, float Bottom) Bounds { get; protected init; }

    /// <summary>The bolt hole that was not drilled, or −1.</summary>
    public virtual int MissingHole => -1;

    /// <summary>Changes the metal's tone at a spot; returns how much of the spot is defective, 0 to 1.</summary>
    public abstract float Apply(float u, float v, ref SimulatedTone tone);

    /// <summary>Draws kind-dependent place, size and contrast; null for <see cref="DefectKind.None"/>.</summary>
    public static SimulatedDefect? Draw(DefectKind kind, ref SimulatedRandom random) => kind switch
    {
        DefectKind.None => null,
        DefectKind.Scratch => new SimulatedScratch(ref random),
        DefectKind.Dent => new SimulatedDent(ref random),
        DefectKind.Stain => new SimulatedStain(ref random),
        DefectKind.Crack => new SimulatedCrack(ref random),
        DefectKind.MissingHole => new SimulatedMissingHole(ref random),
        DefectKind.Contamination => new SimulatedContamination(ref random),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a defect kind"),
    };

    /// <summary>A spot on metal with at least <paramref name="margin"/> units to every outline.</summary>
    protected static (float U, float V) OnMetal(ref SimulatedRandom random, float margin)
    {
        while (true)
        {
            const float Reach = SimulatedFlange.Outer;
            var (u, v) = (random.Range(-Reach, Reach), random.Range(-Reach, Reach));
            if (SimulatedFlange.Distance(u, v) < -margin)
                return (u, v);
        }
    }

    protected static (float Left, float Top, float Right, float Bottom) Around(float u, float v, float radius) =>
        (u - radius, v - radius, u + radius, v + radius);
}
