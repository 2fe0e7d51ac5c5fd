using PatchCore.Edge.Cameras;

namespace PatchCore.Edge;

/// <summary>
/// Sees to it that every part gets exactly one verdict, on time: a ticket is closed once, by who speaks the verdict, and
/// what is open when its time is up is closed here. Thread-safe.
/// </summary>
internal sealed class PartDesk : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PartTicket> _open = [];
    private readonly Queue<PartTicket> _requests = [];
    private readonly List<PartTicket> _expired = [];
    private readonly int _queue;
    private readonly TimeProvider _time;
    private readonly Action<PartTicket> _onExpired;
    private readonly ITimer _timer;
    private long _armed = long.MaxValue;

    /// <param name="queue">Requests that may wait for a frame.</param>
    /// <param name="time">The clock that stamps frames and requests.</param>
    /// <param name="expired">Called on the timer's thread with a ticket that was closed because its time was
    /// up.</param>
    public PartDesk(int queue, TimeProvider time, Action<PartTicket> expired)
    {
        (_queue, _time, _onExpired) = (queue, time, expired);
        _timer = time.CreateTimer(
            _ => CloseExpired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Opens a ticket, which from now on is closed once.</summary>
    public void Open(PartTicket ticket)
    {
        lock (_gate)
        {
            ticket.IsOpen = true;
            _open.Add(ticket);
            Arm(ticket.Due);
        }
    }

    /// <summary>Opens a ticket that waits for its frame; false when too many do.</summary>
    public bool TryRequest(PartTicket ticket)
    {
        lock (_gate)
        {
            ForgetClosed();
            if (_requests.Count >= _queue)
                return false;
            _requests.Enqueue(ticket);
            Open(ticket);
            return true;
        }
    }

    /// <summary>
    /// The oldest request that a frame completed at <paramref name="captured"/> can show, which then waits no longer;
    /// a frame that failed shows none, unless it was taken for the part.
    /// </summary>
    public PartTicket? Match(long captured, string? failure, bool takenForIt)
    {
        lock (_gate)
        {
            ForgetClosed();
            if (!_requests.TryPeek(out var ticket) || captured < ticket.NotBefore)
                return null;
            if (failure is not null && !takenForIt)
            {
                ticket.LastFailure = failure;
                return null;
            }

            return _requests.Dequeue();
        }
    }

    /// <summary>True for the one caller that speaks the verdict.</summary>
    public bool Close(PartTicket ticket)
    {
        lock (_gate)
        {
            if (!ticket.IsOpen)
                return false;
            ticket.IsOpen = false;
            _open.Remove(ticket);
            return true;
        }
    }

    /// <summary>Whether nobody has closed it yet.</summary>
    public bool IsOpen(PartTicket ticket)
    {
        lock (_gate)
            return ticket.IsOpen;
    }

    /// <summary>One of the requests that wait for a frame, closed: the camera will give none.</summary>
    public bool TryWithdraw(out PartTicket ticket)
    {
        lock (_gate)
        {
            while (_requests.TryDequeue(out ticket!))
            {
                if (Close(ticket))
                    return true;
            }

            return false;
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Those whose time was up wait no longer.</summary>
    private void ForgetClosed()
    {
        while (_requests.TryPeek(out var first) && !first.IsOpen)
            _requests.Dequeue();
    }

    private void Arm(long? due)
    {
        if (due is not { } at || at >= _armed)
            return;
        _armed = at;
        var wait = _time.GetElapsedTime(_time.GetTimestamp(), at);
        // Timers count whole milliseconds; rounded down, it would fire early and find nothing.
        _timer.Change(
            TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private void CloseExpired()
    {
        PartTicket[] expired;
        lock (_gate)
        {
            _armed = long.MaxValue;
            var now = _time.GetTimestamp();
            foreach (var ticket in _open)
            {
                if (ticket.Due <= now)
                    _expired.Add(ticket);
                else
                    Arm(ticket.Due);
            }

            foreach (var ticket in _expired)
                Close(ticket);
            expired = _expired.Count == 0 ? [] : [.. _expired];
            _expired.Clear();
        }

        foreach (var ticket in expired)
            _onExpired(ticket);
    }
}
