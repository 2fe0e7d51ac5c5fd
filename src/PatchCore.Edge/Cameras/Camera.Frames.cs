namespace PatchCore.Edge.Cameras;

/// <summary>What becomes of the source's frames, on the source's thread.</summary>
public sealed partial class Camera : ICameraSource
{
    string ICameraSource.Source => _source ?? $"camera {Name}";

    IFrameSource ICameraSource.Open() => _open();

    void ICameraSource.Opened(IFrameSource source)
    {
        _source = source.Description;
        _triggerable = source is ITriggerableSource { AwaitsTrigger: true } triggerable ? triggerable : null;
        Interlocked.Increment(ref _opened);
        _logger.CameraOpened(Name, source.Description);
    }

    bool ICameraSource.ReadNext(SourceSession session, IFrameSource source)
    {
        var frame = _handover.Rent(session.Token);
        var handedOver = false;
        CameraException? lost = null;
        try
        {
            try
            {
                if (!session.TryRead(source, frame))
                    return false;
            }
            catch (CameraException error) when (error.SourceUsable || frame.PartId is not null)
            {
                // A part that was named and could not be shown gets its verdict, also when the source is lost with it.
                lost = error.SourceUsable ? null : error;
                frame.Failure = _report.LastError = error.Message;
                _logger.FrameFailed(Name, Captured + 1, error.Message);
            }

            frame.Complete(Interlocked.Increment(ref _captured), _time.GetTimestamp(), _time.GetUtcNow());
            LookAt(frame, source.IsLive);
            handedOver = true;
            HandOver(frame);
            if (lost is not null)
                throw lost;
            Report(CameraState.Streaming);
            return true;
        }
        finally
        {
            if (!handedOver)
                frame.Dispose();
        }
    }

    void ICameraSource.Closed()
    {
        _triggerable = null;
        _rate.Restart();
    }

    void ICameraSource.Abandoned(Frame frame, string reason)
    {
        _pool.Replace(frame);
        if (frame.PartId is null || !_pool.TryRent(out var failed))
            return;
        (failed.PartId, failed.Truth, failed.Origin) = (frame.PartId, frame.Truth, frame.Origin);
        failed.Failure = reason;
        failed.Complete(Interlocked.Increment(ref _captured), _time.GetTimestamp(), _time.GetUtcNow());
        Interlocked.Increment(ref _failures);
        HandOver(failed);
    }

    void ICameraSource.Report(CameraState state, string error) => Report(state, error);

    /// <summary>Gives the frame to whoever inspects, if it is one to inspect.</summary>
    private void HandOver(Frame frame)
    {
        Show(frame);
        var admitted = false;
        try
        {
            admitted = Gate?.Admits(frame) ?? true;
        }
        finally
        {
            if (!admitted)
                frame.Dispose();
        }

        if (!admitted)
        {
            Interlocked.Increment(ref _skipped);
            return;
        }

        _handover.Post(frame);
        Gate?.Ready();
    }

    private void Show(Frame frame)
    {
        if (_lookers is null || Interlocked.Exchange(ref _lookers, null) is not { } lookers)
            return;
        try
        {
            lookers(frame);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _logger.StateListenerFailed(error, Name);
        }
    }

    /// <summary>Judges the picture itself, if there is one; one that is refused has its reason in its place.</summary>
    private void LookAt(Frame frame, bool live)
    {
        var before = _pictures.Status?.State ?? PictureState.Ok;
        if (frame.Failure is null && !frame.Image.IsEmpty)
        {
            _rate.Count(frame.CapturedTimestamp);
            frame.Failure = _pictures.Look(frame.Image, live, frame.CapturedTimestamp);
        }

        if (frame.Failure is not null)
            Interlocked.Increment(ref _failures);
        if (_pictures.Status is { } now && now.State != before)
            _logger.PictureChanged(Name, now.State, now.Width, now.Height);
    }
}
