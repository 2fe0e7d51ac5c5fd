namespace PatchCore.Edge.Verdicts;

/// <summary>How two samples of scores differ. All take them in ascending order, and allocate nothing.</summary>
public static class DriftStatistics
{
    /// <summary>Tenths of the baseline are what the index is usually taken over.</summary>
    private const int Bins = 10;

    /// <summary>
    /// Population stability index Σ (q − p) · ln(q / p) over the tenths of the baseline, p and q the shares of baseline
    /// and window in each (Siddiqi, Credit Risk Scorecards, 2006, whose rule it is that 0.1 is a small change and 0.25
    /// a large one). Half a frame is added to every count, so that an empty bin has a logarithm.
    /// </summary>
    public static double Psi(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window)
    {
        if (baseline.IsEmpty || window.IsEmpty)
            return 0;
        var sum = 0.0;
        var (fromBaseline, fromWindow) = (0, 0);
        for (var bin = 1; bin <= Bins; bin++)
        {
            var (toBaseline, toWindow) = (baseline.Length, window.Length);
            if (bin < Bins)
            {
                var edge = baseline[(int)((long)bin * baseline.Length / Bins)];
                (toBaseline, toWindow) = (Below(baseline, edge), Below(window, edge));
            }

            var p = (toBaseline - fromBaseline + 0.5) / (baseline.Length + (0.5 * Bins));
            var q = (toWindow - fromWindow + 0.5) / (window.Length + (0.5 * Bins));
            sum += (q - p) * Math.Log(q / p);
            (fromBaseline, fromWindow) = (toBaseline, toWindow);
        }

        return sum;
    }

    /// <summary>
    /// Kolmogorov–Smirnov distance: the largest difference between the two empirical distribution functions, 0 to 1.
    /// </summary>
    public static double Ks(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window)
    {
        if (baseline.IsEmpty || window.IsEmpty)
            return 0;
        var largest = 0.0;
        var (i, j) = (0, 0);
        while (i < baseline.Length && j < window.Length)
        {
            // Ties step together: between them neither function has a value.
            var value = Math.Min(baseline[i], window[j]);
            while (i < baseline.Length && baseline[i] <= value)
                i++;
            while (j < window.Length && window[j] <= value)
                j++;
            largest = Math.Max(largest, Math.Abs((i / (double)baseline.Length) - (j / (double)window.Length)));
        }

        return largest;
    }

    /// <summary>
    /// The distance that two samples of one distribution exceed with a chance of at most
    /// <paramref name="significance"/>: √(−ln(α / 2) / 2 · (1/n + 1/m)), Smirnov's asymptotic bound (Knuth, The Art of Computer Programming 2, 3.3.1).
    /// </summary>
    public static double KsCritical(int baseline, int window, double significance) =>
        Math.Sqrt(-Math.Log(significance / 2) / 2 * ((1.0 / baseline) + (1.0 / window)));

    /// <summary>
    /// The value that a share of the sample lies below, linear between neighbors; not of an empty sample.
    /// </summary>
    public static double Quantile(ReadOnlySpan<float> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((at - low) * (sorted[high] - (double)sorted[low]));
    }

    /// <summary>
    /// Share of good parts above the threshold if their scores are those of the baseline, shifted and scaled as the
    /// window's median and quartiles are to the baseline's. A logistic kernel as wide as Silverman's rule (Density
    /// Estimation, 1986, 3.4.2) lets the tail reach beyond the largest score that was seen.
    /// </summary>
    public static double Rejects(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, double threshold)
    {
        if (baseline.IsEmpty || window.IsEmpty)
            return 0;
        var spread = Spread(baseline);
        var scale = spread > 0 ? Spread(window) / spread : 1;
        var (from, to) = (Quantile(baseline, 0.5), Quantile(window, 0.5));
        // 1.349 quartile distances are a deviation of a normal distribution, √3 / π a logistic one of unit width.
        var width = 0.9 * spread * scale / 1.349 * Math.Pow(baseline.Length, -0.2) * Math.Sqrt(3) / Math.PI;
        var sum = 0.0;
        foreach (var score in baseline)
        {
            var over = to + ((score - from) * scale) - threshold;
            sum += width > 0 ? 1 / (1 + Math.Exp(-over / width)) : over > 0 ? 1 : 0;
        }

        return sum / baseline.Length;
    }

    private static double Spread(ReadOnlySpan<float> sorted) => Quantile(sorted, 0.75) - Quantile(sorted, 0.25);

    private static int Below(ReadOnlySpan<float> sorted, float edge)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < edge)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
