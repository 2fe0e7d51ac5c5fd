using PatchCore.Edge.Cameras;

namespace PatchCore.Edge;

/// <summary>
/// Inspects the frames of all cameras of a station on a few threads of its own, which share the sessions and banks. Parts
/// that were triggered come first, then the cameras take turns; the frames of one camera keep their order.
/// </summary>
public sealed class InspectionEngine : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<Pipeline> _pipelines;
    private readonly bool[] _busy;
    private readonly LoadMeter[] _loads;
    private readonly Thread[] _workers;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WorkSignal _work = new();
    private readonly bool[] _completed;
    private int _turn;
    private int _running;
    private volatile bool _stopping;

    /// <param name="pipelines">One a camera.</param>
    /// <param name="workers">Frames inspected at the same time; each takes as many threads as the session has.</param>
    public InspectionEngine(IReadOnlyList<Pipeline> pipelines, int workers = 1)
    {
        ArgumentNullException.ThrowIfNull(pipelines);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        _pipelines = pipelines;
        (_busy, _completed) = (new bool[pipelines.Count], new bool[pipelines.Count]);
        _loads = [.. pipelines.Select(pipeline => new LoadMeter(pipeline))];
        _workers = [.. Enumerable.Range(1, workers).Select(number => new Thread(Work)
        {
            Name = FormattableString.Invariant($"inspection {number}"),
            IsBackground = true,
        })];
        foreach (var pipeline in pipelines)
            pipeline.OnReady = _work.Set;
    }

    /// <summary>Whether any camera's frames cannot all be inspected; see <see cref="LoadMeter"/>.</summary>
    public bool IsOverloaded => Array.Exists(_loads, load => load.IsOverloaded);

    /// <summary>Starts the cameras and the workers.</summary>
    public void Start()
    {
        _running = _workers.Length;
        foreach (var worker in _workers)
            worker.Start();
        foreach (var pipeline in _pipelines)
            pipeline.Camera.Start();
    }

    /// <summary>
    /// Takes no further frame. Completes when the frames under inspection have their verdicts; parts that wait for a
    /// frame get an ERROR.
    /// </summary>
    public Task StopAsync()
    {
        _stopping = true;
        _work.Set();
        return _stopped.Task;
    }

    /// <summary>Stops, and waits for the workers to end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_running == 0 && !_stopped.Task.IsCompleted)
            _stopped.TrySetResult();
        await StopAsync().ConfigureAwait(false);
    }

    private void Work()
    {
        using (var shelf = new InspectorShelf())
        {
            while (!_stopping)
            {
                if (Next() is var (index, frame) && frame is not null)
                    Inspect(index, frame, shelf);
                else
                    _work.Wait();
            }
        }

        // The next worker sees the stop, too.
        if (Interlocked.Decrement(ref _running) > 0)
        {
            _work.Set();
            return;
        }

        foreach (var pipeline in _pipelines)
            pipeline.Close("the station is stopping");
        _stopped.TrySetResult();
    }

    private void Inspect(int index, Frame frame, InspectorShelf shelf)
    {
        var pipeline = _pipelines[index];
        try
        {
            using (frame)
                pipeline.Inspect(frame, shelf, _loads[index].Note());
            shelf.Sweep();
        }
        finally
        {
            lock (_gate)
                _busy[index] = false;
            // Another worker may wait for this camera's next frame.
            _work.Set();
        }
    }

    /// <summary>The frame whose turn it is, with its camera marked as busy; none when nothing lies ready.</summary>
    private (int Index, Frame? Frame) Next()
    {
        lock (_gate)
        {
            var found = Take(named: true, out var index) ?? Take(named: false, out index);
            if (found is not null)
            {
                _busy[index] = true;
                _turn = (index + 1) % _pipelines.Count;
                // One signal may stand for the frames of several cameras: the next worker has a look, too.
                if (_workers.Length > 1)
                    _work.Set();
            }

            return (index, found);
        }
    }

    private Frame? Take(bool named, out int index)
    {
        for (var i = 0; i < _pipelines.Count; i++)
        {
            index = (_turn + i) % _pipelines.Count;
            var pipeline = _pipelines[index];
            if (_busy[index] || _completed[index] || pipeline.NamesParts != named)
                continue;
            if (pipeline.Camera.TryNext(out var frame))
                return frame;
            _completed[index] = pipeline.TryComplete();
        }

        index = -1;
        return null;
    }
}
