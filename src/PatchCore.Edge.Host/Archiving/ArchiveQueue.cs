using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Archiving;

/// <summary>
/// A fixed number of slots between the lines, which never wait, and the writer. When they run short, samples of PASS
/// are skipped first, the newest before those that wait already, and only then FAIL and ERROR; all are counted. Nothing is
/// allocated after the start.
/// </summary>
internal sealed class ArchiveQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ArchiveSlot> _free;
    private readonly List<ArchiveSlot> _waiting;
    private readonly ArchiveSlot[] _all;
    private long _pass;
    private long _fail;
    private long _error;

    public ArchiveQueue(int slots)
    {
        _all = [.. Enumerable.Range(0, slots).Select(_ => new ArchiveSlot())];
        (_free, _waiting) = ([.. _all], new(slots));
    }

    public SkippedFrames Skipped =>
        new(Interlocked.Read(ref _pass), Interlocked.Read(ref _fail), Interlocked.Read(ref _error));

    public int Slots => _all.Length;

    /// <summary>Slots that nobody fills or writes.</summary>
    public int Free
    {
        get
        {
            lock (_gate)
                return _free.Count;
        }
    }

    /// <summary>Frames that wait for the writer.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>A slot to fill, to be submitted or returned; null where the frame has to be skipped, which is
    /// counted.</summary>
    public ArchiveSlot? Rent(CameraArchive camera, Verdict verdict)
    {
        lock (_gate)
        {
            // One half is left to what matters more.
            var slot = verdict == Verdict.Pass && _free.Count <= _all.Length / 2 ? null : TakeFree(camera);
            if (slot is null && verdict != Verdict.Pass)
                slot = TakeNewestPass();
            if (slot is null)
                Skip(verdict);
            return slot;
        }
    }

    public void Submit(ArchiveSlot slot)
    {
        lock (_gate)
            _waiting.Add(slot);
    }

    /// <summary>The slot that waits longest; it is to be returned.</summary>
    public ArchiveSlot? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return null;
            var slot = _waiting[0];
            _waiting.RemoveAt(0);
            return slot;
        }
    }

    public void Return(ArchiveSlot slot)
    {
        lock (_gate)
            _free.Add(slot);
    }

    public void Skip(Verdict verdict) => Interlocked.Increment(ref CountOf(verdict));

    public void Dispose() => Array.ForEach(_all, slot => slot.Dispose());

    // One that this camera has filled before has memory of the right size.
    private ArchiveSlot? TakeFree(CameraArchive camera)
    {
        if (_free.Count == 0)
            return null;
        var at = _free.Count - 1;
        for (var i = at; i >= 0; i--)
        {
            if (_free[i].Camera == camera)
            {
                at = i;
                break;
            }
        }

        var slot = _free[at];
        _free.RemoveAt(at);
        return slot;
    }

    private ArchiveSlot? TakeNewestPass()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Verdict != Verdict.Pass)
                continue;
            var slot = _waiting[i];
            _waiting.RemoveAt(i);
            Skip(Verdict.Pass);
            return slot;
        }

        return null;
    }

    private ref long CountOf(Verdict verdict)
    {
        if (verdict == Verdict.Pass)
            return ref _pass;
        return ref verdict == Verdict.Fail ? ref _fail : ref _error;
    }
}
