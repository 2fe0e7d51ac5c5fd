namespace PatchCore.Edge.Verdicts;

/// <summary>How many verdicts of each kind were spoken. Thread-safe.</summary>
public sealed class VerdictTally
{
    private long _passed;
    private long _failed;
    private long _errors;

    public long Passed => Interlocked.Read(ref _passed);

    public long Failed => Interlocked.Read(ref _failed);

    public long Errors => Interlocked.Read(ref _errors);

    public long Total => Passed + Failed + Errors;

    /// <summary>Counts one; a value outside the enumeration is an error, never a pass.</summary>
    public void Count(Verdict verdict)
    {
        if (verdict == Verdict.Pass)
            Interlocked.Increment(ref _passed);
        else if (verdict == Verdict.Fail)
            Interlocked.Increment(ref _failed);
        else
            Interlocked.Increment(ref _errors);
    }
}
