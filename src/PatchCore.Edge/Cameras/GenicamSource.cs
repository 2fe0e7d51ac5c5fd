using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// An industrial camera that speaks GigE Vision or USB3 Vision. Its constructor opens it, sets it up and starts it. A
/// frame that did not arrive whole costs itself only; a camera that does not answer, or gives no picture in time, is
/// lost.
/// </summary>
public sealed class GenicamSource : ITriggerableSource
{
    /// <summary>How long a read waits before it looks whether it was canceled.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    private readonly GenicamSourceOptions _options;
    private readonly TimeProvider _time;
    private readonly NativeGenicam _camera;
    private readonly string _name;
    private readonly Lock _lock = new();
    private readonly List<long> _triggers = []; // when, those whose picture has not come
    private bool _late;

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <exception cref="CameraException">There is no such camera, it is in use, or does not take a setting.</exception>
    public GenicamSource(GenicamSourceOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _time) = (options, time);
        try
        {
            _camera = NativeGenicam.Open(options.Id);
        }
        catch (NativeException error)
        {
            throw Lost(error);
        }

        try
        {
            Device = _camera.Device;
            _name = "camera " + Device.Id;
            GenicamSetup.Apply(options, _camera);
            _camera.Start(new GenicamStreamOptions
            {
                PacketSize = options.PacketSize ?? 0,
                PacketResend = options.PacketResend,
                TimeChunk = options.Chunks,
            });
        }
        catch (NativeException error)
        {
            _camera.Dispose();
            throw Lost(error);
        }
    }

    /// <summary>What the camera is.</summary>
    public GenicamDevice Device { get; }

    /// <summary>What it can do.</summary>
    /// <exception cref="NativeException">It does not answer.</exception>
    public GenicamProbe Probe() => GenicamCameras.Probe(_camera);

    /// <summary>Counts since it was opened.</summary>
    public GenicamStatistics Statistics => _camera.Statistics;

    public string Description => $"GenICam camera {Device.Id} ({Device.Protocol}, {Device.Address})";

    public bool AwaitsTrigger => IsSoftwareTriggered;

    private bool IsTriggered => _options.Trigger is not null;

    private bool IsSoftwareTriggered => _options.Trigger == GenicamSourceOptions.SoftwareTrigger;

    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (_late)
            throw new CameraException($"{_name} does not answer to triggers");
        var started = _time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = Read(into);
            if (read.State is GenicamReadState.Picture or GenicamReadState.Incomplete && !IsExpected())
                continue;
            switch (read.State)
            {
                case GenicamReadState.Picture:
                    into.CameraTime = read.TimeNanoseconds == 0 ? null : new TimeSpan(read.TimeNanoseconds / 100);
                    return true;
                case GenicamReadState.Incomplete:
                    throw new CameraException(
                        FormattableString.Invariant($"frame {read.FrameId} of {_name} is incomplete: {read.Reason}"),
                        sourceUsable: true);
                case GenicamReadState.Lost:
                    throw new CameraException($"{_name} does not answer any more");
                case GenicamReadState.None:
                    CheckWait(started);
                    if (IsTriggered)
                        into.KeepWaiting();
                    break;
                default:
                    throw new InvalidOperationException($"{_name} read {read.State}");
            }
        }
    }

    public void Trigger()
    {
        if (!IsSoftwareTriggered)
        {
            throw new CameraException(
                $"{_name} is not triggered by software, found trigger {_options.Trigger ?? "off"}", sourceUsable: true);
        }

        var now = _time.GetTimestamp();
        lock (_lock)
            _triggers.Add(now); // before the order: the picture may be faster than the answer to it
        try
        {
            _camera.Execute("TriggerSoftware");
        }
        catch (NativeException error)
        {
            lock (_lock)
                _triggers.Remove(now);
            throw Lost(error);
        }
    }

    public void Dispose() => _camera.Dispose();

    private static CameraException Lost(NativeException error) => new(error.Message, innerException: error);

    private GenicamRead Read(Frame into)
    {
        try
        {
            return _camera.Read(into.Prepare(), Slice);
        }
        catch (NativeException error)
        {
            throw Lost(error);
        }
    }

    /// <summary>
    /// Whether somebody waits for this picture. One that came although its trigger was reported as failed must not be
    /// taken for that of the next.
    /// </summary>
    private bool IsExpected()
    {
        if (!IsSoftwareTriggered)
            return true;
        lock (_lock)
        {
            if (_triggers.Count == 0)
                return false;
            _triggers.RemoveAt(0);
            return true;
        }
    }

    /// <summary>
    /// Gives up when the picture is overdue, <paramref name="started"/> being when its read began.
    /// </summary>
    private void CheckWait(long started)
    {
        if (IsSoftwareTriggered)
        {
            long? oldest;
            lock (_lock)
                oldest = _triggers.Count > 0 ? _triggers[0] : null;
            if (oldest is null || _time.GetElapsedTime(oldest.Value) < _options.Timeout)
                return;
            // The part of this trigger gets its verdict. Then the camera is opened anew: a picture that comes after all
            // would be taken for that of the next trigger.
            _late = true;
            throw new CameraException(
                FormattableString.Invariant(
                    $"{_name} gave no picture within {_options.Timeout.TotalSeconds} s of its trigger"),
                sourceUsable: true);
        }

        if (_options.Trigger is null && _time.GetElapsedTime(started) >= _options.Timeout)
        {
            throw new CameraException(
                FormattableString.Invariant($"{_name} gave no picture within {_options.Timeout.TotalSeconds} s"));
        }
    }
}
