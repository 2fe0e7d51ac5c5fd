namespace PatchCore.Edge.Cameras;

/// <summary>
/// Makes a thread wait by the clock it was given, so that tests can turn it by hand. One thread waits at a time.
/// </summary>
internal sealed class Pacer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _elapsed = new(0);
    private readonly ITimer _timer;
    private long? _due;

    public Pacer(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => _elapsed.Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Returns at once the first time, then one interval after the previous tick was due, so that a slow frame does not
    /// shift those after it. Ticks that were missed are not made up for.
    /// </summary>
    public void Tick(TimeSpan interval, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = _time.GetTimestamp();
        var due = _due is { } previous ? Math.Max(now, previous + ToTimestamp(interval)) : now;
        WaitUntil(due, cancellationToken);
        _due = due;
    }

    public void Wait(TimeSpan delay, CancellationToken cancellationToken) =>
        WaitUntil(_time.GetTimestamp() + ToTimestamp(delay), cancellationToken);

    public void Dispose()
    {
        // Only this way does a callback that is already running finish before its semaphore is gone.
        _timer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _elapsed.Dispose();
    }

    private void WaitUntil(long due, CancellationToken cancellationToken)
    {
        while (true)
        {
            var remaining = _time.GetElapsedTime(_time.GetTimestamp(), due);
            if (remaining <= TimeSpan.Zero)
                return;
            // Timers count whole milliseconds; without rounding up the last fraction would spin.
            _timer.Change(
                TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            _elapsed.Wait(cancellationToken);
        }
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
