using System.Globalization;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// A production line that is not there: renders part after part, paced, with the truth known. For demos and tests.
/// </summary>
public sealed class SimulatedLine : IFrameSource
{
    private readonly SimulatedLineOptions _options;
    private readonly Pacer _pacer;
    private long _next;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SimulatedLine(SimulatedLineOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _pacer = new Pacer(time);
        _next = options.First;
    }

    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"simulated line, seed {_options.Seed}, {_options.Width}x{_options.Height}, "
            + $"{_options.DefectRate:P0} defective");

    public TimeSpan MayWait => _options.Interval;

    public bool IsLive => false;

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (_next - _options.First >= _options.Count)
            return false;
        _pacer.Tick(_options.Interval, cancellationToken);
        into.MarkArrival();
        var part = SimulatedPart.Describe(_options, _next++);
        part.Render(into.Prepare(_options.Width, _options.Height, PixelFormat.Bgr24));
        (into.PartId, into.Truth) = (part.Id, part.Truth);
        return true;
    }

    public void Dispose() => _pacer.Dispose();
}
