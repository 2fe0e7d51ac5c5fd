namespace PatchCore.Edge.Neighbors;

/// <summary>
/// Some of a search's queries. Offered to the thread pool, and done by whoever comes first: a thread of the pool, or the
/// searching one, which so never waits for a pool that is busy with other things.
/// </summary>
internal sealed class SearchShare(SketchSearch search) : IThreadPoolWorkItem
{
    private const int Free = 0;
    private const int Offered = 1;
    private const int Taken = 2;

    private const int Done = 3;

    // Shares are alike: the other thread is about to end as well, sooner than this one could sleep and wake.
    private const int Spins = 50;

    private readonly object _gate = new();
    private int _state;
    private int _firstBlock;
    private int _endBlock;
    private bool _finite;
    private Exception? _failure;

    /// <summary>Blocks × values × 4.</summary>
    internal float[] Sketches = [];

    /// <summary>Squared lengths of the centered queries.</summary>
    internal double[] Offsets = [];

    internal float[] Centered = [];

    public void Offer(int firstBlock, int endBlock, bool queue = true)
    {
        (_firstBlock, _endBlock) = (firstBlock, endBlock);
        Volatile.Write(ref _state, Offered);
        if (queue)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Does it, or waits for the thread that does.</summary>
    /// <returns>Whether all of its queries are finite.</returns>
    public bool Complete()
    {
        Execute();
        Wait();
        Volatile.Write(ref _state, Free);
        return _failure is { } failure
            ? throw new InvalidOperationException($"a search failed: {failure.Message}", failure)
            : _finite;
    }

    public void Execute()
    {
        // What the pool comes to late was done, or is the share of a later search.
        if (Interlocked.CompareExchange(ref _state, Taken, Offered) != Offered)
            return;
        _failure = null;
        try
        {
            _finite = search.Search(this, _firstBlock, _endBlock);
        }
#pragma warning disable CA1031 // goes on in the thread that waits
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
        }

        lock (_gate)
        {
            Volatile.Write(ref _state, Done);
            Monitor.Pulse(_gate);
        }
    }

    private void Wait()
    {
        var spin = new SpinWait();
        for (var i = 0; i < Spins && Volatile.Read(ref _state) != Done; i++)
            spin.SpinOnce(sleep1Threshold: -1);
        lock (_gate)
        {
            while (_state != Done)
                Monitor.Wait(_gate);
        }
    }
}
