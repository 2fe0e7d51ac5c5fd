namespace PatchCore.Edge.Verdicts;

/// <summary>
/// The mean of the latest values of a picture, against a baseline that is known or is learned from the first good
/// frames. O(1) a frame, without an allocation.
/// </summary>
internal sealed class PictureWindow
{
    /// <summary>Deviations of the mean's own error within which a change is chance.</summary>
    private const double Chance = 4;

    private readonly double[] _values;
    private double _sum;
    private int _next;
    private int _count;
    private double _mean;
    private double _squares;
    private int _learned;

    /// <param name="capacity">Frames of the window, and of what is learned.</param>
    public PictureWindow(int capacity) => _values = new double[capacity];

    /// <param name="capacity">Frames of the window.</param>
    /// <param name="mean">Of the baseline.</param>
    /// <param name="std">Of its values, from frame to frame.</param>
    /// <param name="frames">Of the baseline.</param>
    public PictureWindow(int capacity, double mean, double std, int frames)
        : this(capacity)
    {
        (_mean, _squares, _learned) = (mean, std * std * Math.Max(1, frames - 1), frames);
        Origin = DriftOrigin.Calibration;
    }

    public DriftOrigin Origin { get; private set; }

    public void Add(double value, bool good)
    {
        if (Origin == DriftOrigin.Learning)
        {
            if (good)
                Learn(value);
            return;
        }

        if (_count == _values.Length)
            _sum -= _values[_next];
        else
            _count++;
        _values[_next] = value;
        _sum += value;
        _next = (_next + 1) % _values.Length;
        if (_next == 0)
            Resum();
    }

    public PictureDrift Read()
    {
        if (Origin == DriftOrigin.Learning)
            return new(Origin, 0, 0, 0);
        if (_count == 0)
            return new(Origin, 0, _mean, 0);
        var mean = _sum / _count;
        var std = Math.Sqrt(_squares / Math.Max(1, _learned - 1));
        var chance = Chance * std * Math.Sqrt((1.0 / _learned) + (1.0 / _count));
        var off = _count >= DriftOptions.FewestFrames && Math.Abs(mean - _mean) > chance && _mean > 0;
        return new(Origin, mean, _mean, off ? (mean - _mean) / _mean : 0);
    }

    private void Learn(double value)
    {
        _learned++;
        var difference = value - _mean;
        _mean += difference / _learned;
        _squares += difference * (value - _mean);
        if (_learned == _values.Length)
            Origin = DriftOrigin.Learned;
    }

    // Rounding of months of adding and taking away does not pile up.
    private void Resum()
    {
        _sum = 0;
        for (var i = 0; i < _count; i++)
            _sum += _values[i];
    }
}
