namespace PatchCore.Edge.Host.Services;

/// <summary>
/// Whether a camera's frames get verdicts. A frame that was waiting at the last look, and no verdict since, means that
/// the inspection hangs. No new frames mean nothing: reopening a source is the camera's own business.
/// </summary>
/// <param name="camera">The camera's name.</param>
/// <param name="handedOver">Frames that the camera handed over so far, dropped ones not counted.</param>
/// <param name="verdicts">Frames that got a verdict so far.</param>
internal sealed class CameraWatch(string camera, Func<long> handedOver, Func<long> verdicts)
{
    private bool _waited;
    private long _verdicts;

    public string Camera => camera;

    /// <summary>Call it at the pace of the watchdog; an inspection may take one whole interval.</summary>
    public bool HasProgressed()
    {
        var now = verdicts();
        var progressed = !_waited || now > _verdicts;
        (_waited, _verdicts) = (handedOver() > now, now);
        return progressed;
    }
}
