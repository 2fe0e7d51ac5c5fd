namespace PatchCore.Edge.Verdicts;

/// <summary>
/// What a histogram recorded from look to look, without clearing it: whoever records goes on meanwhile, and each
/// recording is in exactly one interval. One thread looks at a time.
/// </summary>
/// <param name="whole">What is recorded into; nobody clears it.</param>
public sealed class LatencyInterval(LatencyHistogram whole)
{
    private readonly LatencyHistogram _seen = new();
    private readonly LatencyHistogram _new = new();

    /// <summary>What was recorded since the last look, or since the start; valid until the next look.</summary>
    public LatencyHistogram Next()
    {
        whole.Take(_seen, _new);
        return _new;
    }
}
