namespace PatchCore.Edge.Verdicts;

/// <summary>What is said about one part.</summary>
public enum Verdict
{
    /// <summary>
    /// Not inspected, whatever the cause. Never to be taken for a pass; zero, so that what nobody set is no pass.
    /// </summary>
    Error,

    /// <summary>Inspected, and not more anomalous than the threshold.</summary>
    Pass,

    /// <summary>Inspected, and more anomalous than the threshold.</summary>
    Fail,
}
