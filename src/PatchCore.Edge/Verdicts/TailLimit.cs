namespace PatchCore.Edge.Verdicts;

/// <summary>
/// A threshold beyond the scores that were seen, as the largest of them fall off: peaks over a level with exponential
/// excesses, which is the generalized Pareto distribution of shape 0. The shape is not fitted: a few dozen peaks leave
/// it open by ±0.3 and more, which at a rate ten times below 1/n moves the threshold more than all else.
/// </summary>
public static class TailLimit
{
    private const int FewestPeaks = 3;
    private const int MostPeaks = 50;
    private const int Steps = 200;
    private const int Halvings = 40;

    /// <summary>Fewer scores than these have no tail.</summary>
    public const int FewestFrames = FewestPeaks + 1;

    /// <summary>
    /// Level + c · mean excess over it. With B the share of good frames above the level, which is Beta(k + 1, n − k)
    /// distributed, and G the mean of k unit exponentials, c is the factor for which B·exp(−c·G) ≤ rate with the
    /// confidence: both that the level is a guess and that the mean excess is one are in it. At a confidence of one half
    /// it is the threshold that is too low as often as too high.
    /// </summary>
    /// <param name="scores">Of good frames, in any order, <see cref="FewestFrames"/> or more; the highest quarter, but
    /// 3 to 50 of them, or four times as many as are to be above, are the peaks.</param>
    /// <param name="rate">Share of good frames above, between 0 and 1.</param>
    /// <param name="confidence">Between 0 and 1, if the tail is exponential.</param>
    public static double Of(IReadOnlyCollection<float> scores, double rate, double confidence)
    {
        if (scores.Count < FewestFrames || rate is not (> 0 and < 1) || confidence is not (> 0 and < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"found {scores.Count} scores, rate {rate}, confidence {confidence}, expected at least ")
                + $"{FewestFrames} scores, rate and confidence between 0 and 1");
        }

        var peaks = Peaks(scores.Count, rate);
        return Of(scores, peaks, Factor(scores.Count, peaks, rate, confidence));
    }

    internal static double Of(IReadOnlyCollection<float> scores, int peaks, double factor)
    {
        var highest = scores.OrderDescending().Take(peaks + 1).ToArray();
        var level = (double)highest[peaks];
        return level + (factor * highest.Take(peaks).Average(score => score - level));
    }

    internal static int Peaks(int frames, double rate)
    {
        var wanted = Math.Max(Math.Clamp(frames / 4, FewestPeaks, MostPeaks), Math.Ceiling(4 * rate * frames));
        return (int)Math.Min(wanted, frames - 1);
    }

    internal static double Factor(int frames, int peaks, double rate, double confidence)
    {
        var (shares, weights) = Shares(peaks + 1, frames - peaks);
        var (low, high) = (0.0, 1.0);
        while (Holds(high) < confidence)
            (low, high) = (high, 2 * high);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Holds(middle) < confidence ? (middle, high) : (low, middle);
        }

        return high;

        // By the total probability over B: G has to reach ln(B / rate) / c.
        double Holds(double factor)
        {
            var sum = 0.0;
            for (var i = 0; i < shares.Length; i++)
                sum += weights[i] * MeanReaches(Math.Log(shares[i] / rate) / factor, peaks);
            return sum;
        }
    }

    /// <summary>Points of a Beta(a, b) distribution, evenly spaced, with their weights.</summary>
    private static (double[] Shares, double[] Weights) Shares(int a, int b)
    {
        var mean = a / (double)(a + b);
        var reach = 12 * Math.Sqrt(mean * (1 - mean) / (a + b + 1));
        var (from, to) = (Math.Max(0, mean - reach), Math.Min(1, mean + reach));
        var shares = new double[Steps];
        var logs = new double[Steps];
        for (var i = 0; i < Steps; i++)
        {
            shares[i] = from + ((to - from) * (i + 0.5) / Steps);
            logs[i] = ((a - 1) * Math.Log(shares[i])) + ((b - 1) * Math.Log(1 - shares[i]));
        }

        var largest = logs.Max();
        var weights = Array.ConvertAll(logs, log => Math.Exp(log - largest));
        var sum = weights.Sum();
        return (shares, Array.ConvertAll(weights, weight => weight / sum));
    }

    /// <summary>
    /// Chance that the mean of so many unit exponentials is at least x: Σ exp(−kx)·(kx)ʲ/j! over j from 0 to k − 1.
    /// </summary>
    private static double MeanReaches(double x, int count)
    {
        if (x <= 0)
            return 1;
        var sum = 0.0;
        var log = -count * x;
        for (var j = 0; j < count; j++)
        {
            sum += Math.Exp(log);
            log += Math.Log(count * x / (j + 1));
        }

        return Math.Min(1, sum);
    }
}
