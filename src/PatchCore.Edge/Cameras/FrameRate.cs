namespace PatchCore.Edge.Cameras;

/// <summary>Measures how many frames a second come, smoothed over about the last 16. Thread-safe for reading.</summary>
internal sealed class FrameRate(TimeProvider time)
{
    private const int Memory = 16;
    private readonly Lock _lock = new();
    private double _interval;
    private int _intervals;
    private long _last;
    private bool _any;

    /// <summary>Frames a second; null before the second frame. Sinks while none come.</summary>
    public double? PerSecond
    {
        get
        {
            lock (_lock)
            {
                if (_intervals == 0)
                    return null;
                var seconds = Math.Max(_interval, time.GetElapsedTime(_last).TotalSeconds);
                return seconds > 0 ? Math.Round(1 / seconds, 2) : null;
            }
        }
    }

    public void Count(long timestamp)
    {
        lock (_lock)
        {
            if (_any)
            {
                _intervals = Math.Min(_intervals + 1, Memory);
                _interval += (time.GetElapsedTime(_last, timestamp).TotalSeconds - _interval) / _intervals;
            }

            (_last, _any) = (timestamp, true);
        }
    }

    /// <summary>Another source begins: the time without one is no time between frames.</summary>
    public void Restart()
    {
        lock (_lock)
            (_any, _intervals, _interval) = (false, 0, 0);
    }
}
