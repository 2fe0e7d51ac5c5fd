using System.Diagnostics;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Results that survive the process: the line leaves them in memory, a thread of its own commits whatever has come
/// since the last commit to an <see cref="OutboxFile"/>, and only then hands them, oldest first and a few at a time, to
/// the link's <see cref="Outbox"/>. What the broker acknowledged is removed with the next commit, after a second at the
/// latest. A disk that fails fails nobody: results go past it until it works again.
/// </summary>
internal sealed partial class DurableOutbox : IDisposable
{
    /// <summary>From one try of a disk that fails to the next.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private const int BatchSize = 256;

    /// <summary>Results that the link's outbox holds at most, and below which it gets more.</summary>
    private const int Ahead = 64;

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpireInterval = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly OutboxLimits _limits;
    private readonly MosquittoDelivery _delivery;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Outbox _incoming;
    private readonly Lock _gate = new();
    private readonly List<OutboxMessage> _batch = [];
    private readonly List<long> _removing = [];
    private readonly List<long> _settled = [];
    private readonly AutoResetEvent _wake = new(initialState: true);
    private readonly Thread _thread;
    private readonly long _createdAt;
    private ITimer? _timer;
    private Outbox? _ready;
    private Action? _feed;
    private Action<string?> _tell = _ => { };
    private long _unread;
    private long _dropped;
    private long _expired;
    private volatile bool _stopping;

    /// <param name="path">The file, absolute; it is made, with its folder, where there is none.</param>
    /// <param name="delivery">Of every result; its expiry begins when it is sent.</param>
    /// <param name="memoryBytes">Of results that the disk does not have yet.</param>
    public DurableOutbox(
        string path, OutboxLimits limits, MosquittoDelivery delivery, long memoryBytes, TimeProvider time,
        ILogger logger)
    {
        (_path, _limits, _delivery, _time, _logger) = (path, limits, delivery, time, logger);
        _incoming = new Outbox(memoryBytes, time);
        _createdAt = _openedAt = _flushedAt = _expiredAt = _refusedAt = time.GetTimestamp();
        _thread = new Thread(Run) { Name = "outbox", IsBackground = true };
    }

    /// <summary>Results that neither the broker nor the link's outbox has.</summary>
    public int Waiting => _incoming.Count + Volatile.Read(ref _committing) + (int)Interlocked.Read(ref _unread);

    /// <summary>Results that gave way to newer ones.</summary>
    public long Dropped => _incoming.DroppedResults + Interlocked.Read(ref _dropped);

    public long Expired => _incoming.Expired + Interlocked.Read(ref _expired);

    /// <summary>Begins: what an earlier run left goes first.</summary>
    /// <param name="ready">Gets what is committed.</param>
    /// <param name="feed">Called when it got something.</param>
    /// <param name="tell">
    /// Called, on the outbox's own thread, with what is wrong with the file, and with null when nothing is any more.
    /// </param>
    public void Start(Outbox ready, Action feed, Action<string?> tell)
    {
        (_ready, _feed, _tell) = (ready, feed, tell);
        _timer = _time.CreateTimer(_ => _wake.Set(), null, TickInterval, TickInterval);
        _thread.Start();
    }

    /// <summary>Takes a copy; waits for nothing.</summary>
    public void Add(MessageKind kind, string topic, ReadOnlySpan<byte> payload)
    {
        _incoming.Add(kind, topic, payload, _delivery);
        _wake.Set();
    }

    /// <summary>Has more results handed over, if there are any and the link's outbox runs low.</summary>
    public void Refill()
    {
        if (Interlocked.Read(ref _unread) > 0 && _ready!.Results < Ahead / 2)
            _wake.Set();
    }

    /// <summary>The broker has a result, or can never have it: it goes from the disk.</summary>
    public void Settle(long row)
    {
        lock (_gate)
        {
            _settled.Add(row);
            _handedOver--;
            if (_settled.Count >= BatchSize)
                _wake.Set();
        }
    }

    /// <summary>The broker refused a result: it stays, and is tried again when all others are through.</summary>
    public void Refuse(long row)
    {
        Debug.Assert(row > 0, "it is on disk");
        lock (_gate)
        {
            _handedOver--;
            _refused = true;
            _refusedAt = _time.GetTimestamp();
        }
    }

    /// <summary>Commits what still waits, for at most so long; a disk that hangs is left behind.</summary>
    public void Stop(TimeSpan limit)
    {
        if (_stopping || _timer is null)
            return;
        _stopping = true;
        _wake.Set();
        if (!_thread.Join(limit))
            _logger.OutboxLeftBehind(_path, _incoming.Count);
    }

    public void Dispose()
    {
        Stop(TimeSpan.Zero);
        _timer?.Dispose();
        // What a thread that hangs still uses must stay.
        if (_timer is null || !_thread.IsAlive)
            _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var stopping = _stopping;
            if (IsDue())
                Try(Reopen);
            if (_file is not null && _trouble is null)
                Try(Work);
            if (_trouble is not null)
                GoPast();
            if (stopping && (_trouble is not null || _incoming.Count == 0))
                break;
            if (_trouble is not null || _incoming.Count == 0)
                _wake.WaitOne();
        }

        Close();
    }

    /// <summary>The line's results go to the broker without having been on disk, behind those that are there.</summary>
    private void GoPast()
    {
        if (_readable && Interlocked.Read(ref _unread) > 0)
            Try(Load);
        if (_readable && Interlocked.Read(ref _unread) > 0)
            return;
        var any = false;
        while (_ready!.Results < Ahead && _incoming.TryTake(out var message))
        {
            _ready.Add(message);
            any = true;
        }

        if (any)
            _feed!();
    }

    /// <summary>Whether it went well; what went wrong is told once.</summary>
    private void Try(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // whatever it was, the outbox tries again, and no line is to notice
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (OutboxFile.IsDamage(error))
                SetAside(error.Message);
            else
                Fail(error.Message);
        }
    }

    private void Fail(string reason)
    {
        _triedAt = _time.GetTimestamp();
        if (_trouble is null)
        {
            _logger.OutboxFails(_path, reason);
            _tell($"results wait for the broker in memory only, {_path}: {reason}");
        }

        _trouble = reason;
    }
}
