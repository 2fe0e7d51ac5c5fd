using PatchCore.Edge.Host.Archiving;

namespace PatchCore.Edge.Host.Tests.Archiving;

public sealed class ArchiveCalendarTests
{
    private static readonly DateOnly Newest = new(2026, 3, 1);

    private readonly JumpingTime _time = new() { Clock = At(Newest, 12) };

    [Fact]
    public void Clock_that_runs_on_is_believed()
    {
        var calendar = new ArchiveCalendar(Newest, _time);
        for (var hour = 0; hour < 50; hour++)
        {
            Assert.Equal(ArchiveNames.DayOf(_time.Clock), calendar.Today());
            _time.Pass(TimeSpan.FromHours(1));
        }

        Assert.Equal(TimeSpan.Zero, calendar.Doubt);
    }

    [Fact]
    public void Clock_that_jumps_ahead_is_believed_after_a_day()
    {
        var calendar = new ArchiveCalendar(Newest, _time);
        calendar.Today();

        _time.Clock += TimeSpan.FromDays(400);

        Assert.Equal(Newest, calendar.Today());
        Assert.Equal(400, calendar.Doubt.TotalDays);
        _time.Pass(TimeSpan.FromHours(23));
        Assert.Equal(Newest.AddDays(1), calendar.Today());
        _time.Pass(TimeSpan.FromHours(1));
        Assert.Equal(Newest.AddDays(401), calendar.Today());
        Assert.Equal(TimeSpan.Zero, calendar.Doubt);
    }

    [Fact]
    public void Clock_that_jumps_ahead_and_back_was_never_believed()
    {
        var calendar = new ArchiveCalendar(Newest, _time);
        calendar.Today();
        _time.Clock += TimeSpan.FromDays(400);
        calendar.Today();
        _time.Pass(TimeSpan.FromHours(20));
        _time.Clock += TimeSpan.FromDays(20);
        calendar.Today();
        // Not a day since the second jump.
        _time.Pass(TimeSpan.FromHours(20));
        Assert.Equal(Newest.AddDays(2), calendar.Today());

        _time.Clock -= TimeSpan.FromDays(420);

        Assert.Equal(Newest.AddDays(2), calendar.Today());
        Assert.Equal(TimeSpan.Zero, calendar.Doubt);
    }

    [Fact]
    public void Clock_that_is_set_back_is_believed_at_once()
    {
        var calendar = new ArchiveCalendar(Newest, _time);
        calendar.Today();

        _time.Clock -= TimeSpan.FromDays(400);

        Assert.Equal(Newest.AddDays(-400), calendar.Today());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(400, 1)]
    [InlineData(-400, -400)]
    public void Clock_at_the_start_is_held_against_the_newest_frame(int days, int believed)
    {
        _time.Clock = At(Newest.AddDays(days), 8);

        Assert.Equal(Newest.AddDays(believed), new ArchiveCalendar(Newest, _time).Today());
        Assert.Equal(Newest.AddDays(days), new ArchiveCalendar(null, _time).Today());
    }

    private static DateTimeOffset At(DateOnly day, int hour) => new(day, new TimeOnly(hour, 0), TimeSpan.Zero);

    /// <summary>A clock that is set, and time that passes.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private TimeSpan _elapsed;

        public DateTimeOffset Clock { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => (_elapsed, Clock) = (_elapsed + time, Clock + time);

        public override long GetTimestamp() => _elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => Clock;
    }
}
