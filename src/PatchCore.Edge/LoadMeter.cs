namespace PatchCore.Edge;

/// <summary>
/// Whether a camera's frames come faster than they are inspected. Under overload pictures are left out first
/// (<see cref="InspectionOutcome.Overloaded"/>), then frames that nobody asked for are dropped for newer ones; a part
/// that was triggered is inspected in any case.
/// </summary>
internal sealed class LoadMeter(Pipeline pipeline)
{
    /// <summary>Weight of one frame in the running share: about the last 20 count.</summary>
    private const double Weight = 0.05;

    private const double Begins = 0.5;
    private const double Ends = 0.1;
    private double _share;
    private long _dropped;
    private volatile bool _overloaded;

    /// <summary>Of the frames looked at lately, half or more came when others had to be dropped or wait.</summary>
    public bool IsOverloaded => _overloaded;

    /// <summary>Looks at the camera as one of its frames is taken; returns <see cref="IsOverloaded"/>.</summary>
    public bool Note()
    {
        var dropped = pipeline.Camera.Dropped;
        var pressed = dropped > _dropped || (pipeline.NamesParts && pipeline.Camera.HasFrame);
        _dropped = dropped;
        _share += Weight * ((pressed ? 1 : 0) - _share);
        if (_share >= Begins)
            _overloaded = true;
        else if (_share <= Ends)
            _overloaded = false;
        return _overloaded;
    }
}
