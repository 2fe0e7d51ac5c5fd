using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// The station's picture archive: a thread that encodes and writes what the lines left in the queue, keeps the folder
/// within its limits, and tells how it is doing. A disk that fails fails no line: its frames are counted as skipped,
/// and it is tried again.
/// </summary>
internal sealed class PictureArchive : IDisposable
{
    /// <summary>From one look at a disk that fails, at what is too old, and at what is to be told, to the
    /// next.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <summary>Numbers that changed are told so often.</summary>
    public static readonly TimeSpan TellInterval = TimeSpan.FromMinutes(1);

    private readonly string _station;
    private readonly ArchiveSettings _settings;
    private readonly ArchiveDisk _disk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<ArchiveMessage> _tell;
    private readonly List<CameraArchive> _cameras = [];
    private readonly AutoResetEvent _wake = new(initialState: true);
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private ArchiveMessage _status;
    private byte[] _picture = new byte[1 << 20];
    private (ArchiveState State, string? Reason) _state;
    private ArchiveMessage? _told;
    private long _lookedAt;
    private long _toldAt;
    private bool _wasCounted;
    private bool _expiring;
    private TimeSpan _doubted;
    private long _written;
    private volatile bool _stopping;

    /// <param name="station">Its name.</param>
    /// <param name="settings">What is kept, where, and how much of it.</param>
    /// <param name="tell">Is given every message to publish, on the archive's own thread.</param>
    public PictureArchive(
        string station, ArchiveSettings settings, Action<ArchiveMessage> tell, TimeProvider time, ILogger logger)
    {
        (_station, _settings, _tell, _time, _logger) = (station, settings, tell, time, logger);
        Queue = new ArchiveQueue(settings.Buffers);
        _disk = new ArchiveDisk(settings, time);
        _lookedAt = time.GetTimestamp() - (long)(LookInterval.TotalSeconds * time.TimestampFrequency);
        _status = Describe();
        _timer = time.CreateTimer(_ => Wake(), null, LookInterval, LookInterval);
        _thread = new Thread(Run) { Name = "archive", IsBackground = true, Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    public ArchiveQueue Queue { get; }

    /// <summary>How it is doing; of the last look or frame.</summary>
    public ArchiveMessage Status => Volatile.Read(ref _status);

    /// <summary>A camera's way in; for as long as the archive lives.</summary>
    public CameraArchive For(string camera, HeatmapSettings heatmap)
    {
        var way = new CameraArchive(camera, this, _settings, heatmap, _logger);
        _cameras.Add(way);
        return way;
    }

    /// <summary>Leaves a filled slot with the writer.</summary>
    public void Submit(ArchiveSlot slot)
    {
        Queue.Submit(slot);
        _wake.Set();
    }

    /// <summary>Has the writer look whether there is anything to do.</summary>
    internal void Wake() => _wake.Set();

    /// <summary>
    /// Writes what still waits, for at most so long; a disk that hangs is left behind. No line may run any more.
    /// </summary>
    public void Stop(TimeSpan limit)
    {
        _stopping = true;
        _wake.Set();
        if (!_thread.Join(limit))
            _logger.LeftBehind(_settings.Path, Queue.Waiting);
    }

    public void Dispose()
    {
        _timer.Dispose();
        Stop(TimeSpan.Zero);
        // What a thread that hangs still uses must stay.
        if (_thread.IsAlive)
            return;
        _wake.Dispose();
        Queue.Dispose();
        _cameras.ForEach(camera => camera.Dispose());
    }

    private void Run()
    {
        while (true)
        {
            if (_time.GetElapsedTime(_lookedAt) >= LookInterval)
                Look();
            if (Queue.Take() is { } slot)
                Keep(slot);
            else if (_stopping)
                break;
            else if (!Count() && !Expire())
                _wake.WaitOne();
        }

        Tell();
    }

    private void Look()
    {
        _lookedAt = _time.GetTimestamp();
        if (_told is null || _state.State != ArchiveState.Ok)
            Try(_disk.Probe);
        _expiring = true;
        var due = _told is null || _time.GetElapsedTime(_toldAt) >= TellInterval;
        if (due && Describe() with { PublishedAt = default } != _told)
            Tell();
    }

    /// <summary>Counts one more folder, while there is nothing better to do; false when there is none.</summary>
    private bool Count()
    {
        var more = false;
        if (_state.State == ArchiveState.Ok)
            Try(() => more = _disk.Catalog.CountNext());
        if (_disk.Catalog.IsCounted && !_wasCounted)
        {
            _wasCounted = true;
            _logger.Counted(_settings.Path, _disk.Catalog.Frames, _disk.Catalog.Bytes, _disk.Catalog.Oldest);
            Tell();
        }

        return more;
    }

    /// <summary>Removes one frame that is too old or too much, if a look said so; false when there is none.</summary>
    private bool Expire()
    {
        if (_expiring && _state.State == ArchiveState.Ok)
        {
            Try(() => _expiring = _disk.ExpireNext());
            if (_disk.Doubt != _doubted)
                Doubt(_disk.Doubt);
        }
        else
        {
            _expiring = false;
        }

        return _expiring && _state.State == ArchiveState.Ok;
    }

    private void Doubt(TimeSpan ahead)
    {
        _doubted = ahead;
        if (ahead > TimeSpan.Zero)
            _logger.ClockDoubted(_settings.Path, ahead.TotalDays);
        else
            _logger.ClockBelieved(_settings.Path);
    }

    private void Keep(ArchiveSlot slot)
    {
        try
        {
            // A disk that fails is tried at every look, not at every frame: encoding is work.
            var kept = _state.State == ArchiveState.Ok && Encode(slot, out var length, out var end)
                && Try(() => Write(slot, length, end));
            if (kept)
                _written++;
            else
                Queue.Skip(slot.Verdict);
        }
        finally
        {
            Volatile.Write(ref _status, Describe());
            Queue.Return(slot);
        }
    }

    private bool Encode(ArchiveSlot slot, out int length, out string end)
    {
        (length, end) = (0, ".png");
        try
        {
            // A JPEG has 8 bits.
            if (_settings.Format == PictureFormat.Png
                || slot.Picture.Format is PixelFormat.Gray16 or PixelFormat.Bgr48)
            {
                length = ImageOperations.EncodePng(slot.Picture, ref _picture);
                return true;
            }

            (length, end) = (ImageOperations.EncodeJpeg(slot.Picture, _settings.Quality, ref _picture), ".jpg");
            return true;
        }
        catch (NativeException error)
        {
            _logger.NotEncoded(slot.Camera!.Name, error.Message);
            return false;
        }
    }

    private void Write(ArchiveSlot slot, int length, string end)
    {
        var camera = slot.Camera!;
        _disk.Write(camera.Name, slot, _picture.AsSpan(0, length), end, camera.HeatmapOf(slot));
    }

    /// <summary>Whether it went well; what went wrong becomes the state.</summary>
    private bool Try(Action action)
    {
        try
        {
            action();
            Change(ArchiveState.Ok, null);
            return true;
        }
        catch (Exception error) when (IsFull(error))
        {
            Change(ArchiveState.Full, error.Message);
        }
#pragma warning disable CA1031 // whatever it was, the archive tries again, and no line is to notice
        catch (Exception error)
#pragma warning restore CA1031
        {
            Change(ArchiveState.Failing, error.Message);
        }

        return false;
    }

    private void Change(ArchiveState state, string? reason)
    {
        var before = _state;
        _state = (state, reason);
        if (before.State == state)
            return;
        if (before.State == ArchiveState.Failing)
        {
            // Another disk may have come back.
            _disk.Catalog.Reset();
            _wasCounted = false;
        }

        if (state == ArchiveState.Ok)
            _logger.Recovered(_settings.Path);
        else
            _logger.Failing(_settings.Path, reason!);

        Tell();
    }

    private void Tell()
    {
        _toldAt = _time.GetTimestamp();
        var status = Describe();
        _told = status with { PublishedAt = default };
        Volatile.Write(ref _status, status);
        _tell(status);
    }

    private static bool IsFull(Exception error) =>
        error is ArchiveFullException || (error is IOException io && ArchiveDisk.IsFull(io));

    private ArchiveMessage Describe() => new()
    {
        Station = _station,
        State = _state.State,
        Reason = _state.Reason,
        Path = _settings.Path,
        Frames = _disk.Catalog.Frames,
        Bytes = _disk.Catalog.Bytes,
        Counted = _disk.Catalog.IsCounted,
        Oldest = _disk.Catalog.Oldest,
        Written = _written,
        Removed = _disk.Removed,
        Skipped = Queue.Skipped,
        PublishedAt = _time.GetUtcNow(),
    };
}
