namespace PatchCore.Edge.Verdicts;

/// <summary>What a count among so many says of the share behind it.</summary>
public readonly record struct ProportionInterval(double Low, double High)
{
    private const int Halvings = 60;

    /// <summary>
    /// Clopper and Pearson (1934): the shares that the count does not refute, each end at half of what is left of the
    /// confidence. It covers the true share at least as often as it says, however few were counted.
    /// </summary>
    /// <param name="count">0 to <paramref name="among"/>.</param>
    /// <param name="among">1 or more.</param>
    /// <param name="confidence">Above 0, below 1.</param>
    public static ProportionInterval Of(int count, int among, double confidence = 0.95)
    {
        if (among < 1 || count < 0 || count > among)
            throw new ArgumentException($"found a count of {count} among {among}, expected 0 to at least 1");
        if (confidence is not (> 0 and < 1))
            throw new ArgumentException(FormattableString.Invariant($"confidence is {confidence}, expected 0 to 1"));
        var tail = (1 - confidence) / 2;
        return new ProportionInterval(
            count == 0 ? 0 : Solve(share => 1 - AtMost(count - 1, among, share) >= tail),
            count == among ? 1 : Solve(share => AtMost(count, among, share) <= tail));
    }

    /// <summary>The lowest share for which something holds that holds from some share on.</summary>
    internal static double Solve(Func<double, bool> holds)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }

        return (low + high) / 2;
    }

    /// <summary>Chance of at most so many, each of them with the given chance: Σ C(n, i)·pⁱ·(1 − p)ⁿ⁻ⁱ.</summary>
    internal static double AtMost(int count, int among, double share)
    {
        // In logarithms: the factors overflow and vanish long before their product does.
        var (logShare, logRest) = (Math.Log(share), Math.Log(1 - share));
        var logChoices = 0.0;
        var sum = 0.0;
        for (var i = 0; i <= count; i++)
        {
            if (i > 0)
                logChoices += Math.Log((among - i + 1.0) / i);
            sum += Math.Exp(logChoices + (i * logShare) + ((among - i) * logRest));
        }

        return Math.Min(sum, 1);
    }
}
