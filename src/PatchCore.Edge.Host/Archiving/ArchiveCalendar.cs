namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// The day by which frames are too old. A clock that jumps ahead, or that is far ahead of the newest frame at the
/// start, is believed when it has run on for a day: one that is wrong for a minute, or until it is set, must not empty
/// the archive. For one thread.
/// </summary>
internal sealed class ArchiveCalendar
{
    /// <summary>How long a clock that has jumped ahead has to run on.</summary>
    public static readonly TimeSpan Proof = TimeSpan.FromDays(1);

    /// <summary>A clock may be set by so much at once and be believed.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private DateTimeOffset _believed;
    private long _lookedAt;
    private long _doubtedAt;

    /// <param name="newest">Day of the newest frame; null where there is none.</param>
    public ArchiveCalendar(DateOnly? newest, TimeProvider time)
    {
        _time = time;
        (_believed, _lookedAt) = (time.GetUtcNow(), time.GetTimestamp());
        // On the day after the newest frame nothing is to be doubted: a line stands still at night.
        if (newest is { } day && ArchiveNames.DayOf(_believed).DayNumber > day.DayNumber + 1)
            _believed = new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
    }

    /// <summary>How far the clock is ahead of what is believed; zero where it is not in doubt.</summary>
    public TimeSpan Doubt { get; private set; }

    /// <summary>The day, UTC; to be asked again and again.</summary>
    public DateOnly Today()
    {
        var (now, timestamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        _believed += _time.GetElapsedTime(_lookedAt, timestamp);
        _lookedAt = timestamp;
        var ahead = now - _believed;
        if (ahead <= Tolerance)
        {
            // Set back it is believed at once: fewer frames are too old by it.
            (_believed, Doubt) = (now, TimeSpan.Zero);
        }
        else if ((ahead - Doubt).Duration() > Tolerance)
        {
            (Doubt, _doubtedAt) = (ahead, timestamp);
        }
        else if (_time.GetElapsedTime(_doubtedAt, timestamp) >= Proof)
        {
            (_believed, Doubt) = (now, TimeSpan.Zero);
        }

        return ArchiveNames.DayOf(_believed);
    }
}
