namespace PatchCore.Edge.Tests.Cameras;

/// <summary>
/// A clock that stands until a test turns it; timers fire inside <see cref="Advance"/>, on the test's thread.
/// </summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly SemaphoreSlim _armed = new(0);
    private DateTimeOffset _now = new(2026, 3, 1, 8, 30, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Waits, in real time and at most 10 s, until somebody waits for this clock; returns for how long.
    /// </summary>
    public async Task<TimeSpan> NextWaitAsync()
    {
        while (true)
        {
            Assert.True(await _armed.WaitAsync(TimeSpan.FromSeconds(10)), "nobody waited for the clock");
            lock (_lock)
            {
                // Whoever waited may have given up since.
                if (_timers.Min(timer => timer.Due) is { } due)
                    return due - _now;
            }
        }
    }

    /// <summary>Waits until somebody waits for exactly so long, and lets that time pass.</summary>
    public async Task PassAsync(double seconds)
    {
        while (await NextWaitAsync() != TimeSpan.FromSeconds(seconds))
        {
        }

        Advance(TimeSpan.FromSeconds(seconds));
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now += by;
            due = _timers.FindAll(timer => timer.Due <= _now);
            due.ForEach(timer => timer.Due = null);
            _timers.RemoveAll(timer => timer.Due is null);
        }

        due.ForEach(timer => timer.Fire());
    }

    public void SetUtcNow(DateTimeOffset now)
    {
        lock (_lock)
            _now = now;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                if (Due is null)
                    return true;
                clock._timers.Add(this);
            }

            clock._armed.Release();
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
