namespace PatchCore.Edge.Host.Publishing;

/// <summary>What the program uses of the processors. One call at a time.</summary>
internal sealed class ProcessorMeter(TimeProvider time)
{
    private long _at = time.GetTimestamp();
    private TimeSpan _used = Environment.CpuUsage.TotalTime;

    /// <summary>Since the last call, or the beginning: how long that is, and the share of all processors, 0 to
    /// 1.</summary>
    public (TimeSpan Interval, double Share) Next()
    {
        var (now, used) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var interval = time.GetElapsedTime(_at, now);
        var share = interval > TimeSpan.Zero ? (used - _used) / interval / Environment.ProcessorCount : 0;
        (_at, _used) = (now, used);
        return (interval, Math.Clamp(share, 0, 1));
    }
}
