namespace PatchCore.Edge.Cameras;

/// <summary>Lets so many frames a second through, evenly, whatever the camera's own rate is.</summary>
internal sealed class FramePace
{
    private readonly long _interval;
    private long _due = long.MinValue;

    /// <param name="framesPerSecond">Null: all of them.</param>
    /// <param name="time">The clock that stamps the frames.</param>
    public FramePace(double? framesPerSecond, TimeProvider time) =>
        _interval = framesPerSecond is { } rate ? (long)(time.TimestampFrequency / rate) : 0;

    /// <summary>
    /// The beat goes on from the due time and not from the frame's, so that a camera of 25 frames a second gives 10 of
    /// them and not 8.3; a frame up to an eighth of the interval early is in time.
    /// </summary>
    public bool Admits(long captured)
    {
        if (_interval == 0)
            return true;
        if (_due != long.MinValue && captured < _due - (_interval / 8))
            return false;
        _due = _due == long.MinValue
            ? captured + _interval
            : Math.Max(_due + _interval, captured + (_interval / 2));
        return true;
    }
}
