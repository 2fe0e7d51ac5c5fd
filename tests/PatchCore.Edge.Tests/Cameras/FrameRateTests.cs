using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class FrameRateTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FrameRate _rate;

    public FrameRateTests() => _rate = new FrameRate(_clock);

    [Fact]
    public void Rate_is_not_known_before_the_second_frame()
    {
        Assert.Null(_rate.PerSecond);
        _rate.Count(_clock.GetTimestamp());
        Assert.Null(_rate.PerSecond);
    }

    [Fact]
    public void Rate_of_even_frames_is_theirs()
    {
        Count(frames: 30, milliseconds: 40);
        Assert.Equal(25, _rate.PerSecond);
    }

    [Fact]
    public void Rate_follows_a_change_smoothly()
    {
        Count(frames: 30, milliseconds: 40);
        Count(frames: 1, milliseconds: 80);
        // 40 ms and a sixteenth of the 40 ms that the last interval was longer; at 80 ms since the last frame.
        Assert.Equal(Math.Round(1 / 0.0425, 2), _rate.PerSecond);
        Count(frames: 100, milliseconds: 80);
        Assert.InRange(_rate.PerSecond!.Value, 12.5, 12.6);
    }

    [Fact]
    public void Rate_sinks_while_no_frames_come()
    {
        Count(frames: 30, milliseconds: 40);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0.25, _rate.PerSecond);
    }

    [Fact]
    public void Time_without_a_source_is_no_time_between_frames()
    {
        Count(frames: 30, milliseconds: 40);
        _rate.Restart();
        Assert.Null(_rate.PerSecond);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Count(frames: 2, milliseconds: 50);
        Assert.Equal(20, _rate.PerSecond);
    }

    private void Count(int frames, int milliseconds)
    {
        for (var i = 0; i < frames; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            _rate.Count(_clock.GetTimestamp());
        }
    }
}
