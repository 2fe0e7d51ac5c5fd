namespace PatchCore.Edge.Verdicts;

/// <summary>
/// Milliseconds that so many percent of the frames do not exceed: measured times, not values between two of them
/// (nearest rank).
/// </summary>
public sealed record LatencyPercentiles(double P50, double P90, double P95, double P99, double Max)
{
    /// <param name="times">One a frame, in any order; at least one.</param>
    public static LatencyPercentiles Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToArray();
        if (sorted.Length == 0)
            throw new ArgumentException("found no times, expected at least one", nameof(times));
        return new LatencyPercentiles(At(50), At(90), At(95), At(99), sorted[^1]);

        // Whole numbers: 0.95 · 20 is above 19 in binary.
        double At(int percent) => sorted[(((percent * sorted.Length) + 99) / 100) - 1];
    }
}
