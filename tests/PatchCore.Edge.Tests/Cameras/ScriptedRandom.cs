namespace PatchCore.Edge.Tests.Cameras;

/// <summary>Chance as a test wrote it down.</summary>
internal sealed class ScriptedRandom(params double[] values) : Random
{
    private int _next;

    public override double NextDouble() => values[_next++];
}
