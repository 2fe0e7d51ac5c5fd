namespace PatchCore.Edge.Verdicts;

/// <summary>
/// What the scores of some good frames say of all good frames, whatever the distribution (Wilks, 1941). Of n scores the
/// k-th largest is exceeded by at most a share p of all, with the confidence P(Bin(n, p) ≥ k); where scores tie, with
/// more. It takes frames that were drawn alike and independently of the model: next to equal frames of one part count
/// as one.
/// </summary>
public static class ToleranceLimit
{
    /// <summary>Frames from which on the largest score is such a limit: the smallest n with (1 − p)ⁿ ≤ 1 −
    /// confidence.</summary>
    /// <param name="rate">Share of good frames above, between 0 and 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static int FramesNeeded(double rate, double confidence)
    {
        Check(rate, confidence);
        // A hair less, as the quotient of two logarithms may come out above the whole number that it is.
        var frames = Math.Ceiling((Math.Log(1 - confidence) / Math.Log(1 - rate)) - 1e-9);
        return frames < int.MaxValue ? (int)frames : int.MaxValue;
    }

    /// <summary>
    /// Which of the scores, 1 for the largest, is the lowest threshold that keeps the rate; 0 if there are too few
    /// frames for any.
    /// </summary>
    public static int Rank(int frames, double rate, double confidence)
    {
        Check(rate, confidence);
        if (frames < FramesNeeded(rate, confidence))
            return 0;
        var (low, high) = (1, frames);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var holds = ProportionInterval.AtMost(middle - 1, frames, rate) <= 1 - confidence;
            (low, high) = holds ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>
    /// The share of good frames that a threshold rejects at most: the upper end of Clopper and Pearson's one-sided
    /// interval. 1 − (1 − confidence)^(1/n) where no score is above.
    /// </summary>
    /// <param name="above">Scores above the threshold, 0 to <paramref name="frames"/>.</param>
    /// <param name="frames">Scores in all, 1 or more.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static double RateBound(int above, int frames, double confidence)
    {
        Check(0.5, confidence);
        if (frames < 1 || above < 0 || above > frames)
            throw new ArgumentException($"found {above} scores above among {frames}, expected 0 to at least 1");
        return above == frames
            ? 1
            : ProportionInterval.Solve(share => ProportionInterval.AtMost(above, frames, share) <= 1 - confidence);
    }

    private static void Check(double rate, double confidence)
    {
        if (rate is not (> 0 and < 1) || confidence is not (> 0 and < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"the rate is {rate} with confidence {confidence}, expected both between 0 and 1"));
        }
    }
}
