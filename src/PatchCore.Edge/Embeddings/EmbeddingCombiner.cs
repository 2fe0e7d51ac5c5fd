using System.Diagnostics;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Runs images of several callers together. Nobody waits for company: what comes while a run is under way makes up the
/// next one, so that batches form under load alone. Whether that pays depends on the processor;
/// <see cref="Measure"/> tells.
/// </summary>
internal sealed class EmbeddingCombiner : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<EmbeddingRun> _waiting = [];
    private readonly EmbeddingRun[] _batches;
    private readonly List<EmbeddingRun> _group;
    private bool _running;

    /// <param name="session">Takes any number of images a run.</param>
    /// <param name="most">Images a run, 2 or more.</param>
    public EmbeddingCombiner(EmbeddingSession session, int most)
    {
        _batches = [.. Enumerable.Range(2, most - 1).Select(session.CreateRun)];
        _group = new List<EmbeddingRun>(most);
    }

    /// <summary>
    /// How many images to run together, of 1, 2, 4 and so on up to <paramref name="most"/>: the number that takes the
    /// least time against as many runs side by side, which is what workers do without. It has to save a twentieth at
    /// least.
    /// </summary>
    public static int Measure(EmbeddingSession session, int most)
    {
        var (best, least) = (1, 0.95);
        for (var batch = 2; batch <= most; batch *= 2)
        {
            using var together = session.CreateRun(batch);
            var apart = Enumerable.Range(0, batch).Select(_ => session.CreateRun()).ToArray();
            var ratio = Median(together.ExecuteAlone) / Median(() => Parallel.ForEach(
                apart, new ParallelOptions { MaxDegreeOfParallelism = batch }, run => run.ExecuteAlone()));
            Array.ForEach(apart, run => run.Dispose());
            if (ratio < least)
                (best, least) = (batch, ratio);
        }

        return best;
    }

    /// <summary>Returns when the run's embedding is computed, by this thread or another one.</summary>
    /// <exception cref="EmbeddingException">The runtime failed.</exception>
    public void Execute(EmbeddingRun run)
    {
        lock (_gate)
        {
            run.Outcome = null;
            run.IsPending = true;
            _waiting.Enqueue(run);
            while (run.IsPending)
            {
                if (_running)
                    Monitor.Wait(_gate);
                else
                    Lead();
            }
        }

        if (run.Outcome is { } failure)
            throw new EmbeddingException(failure.Message, failure);
    }

    public void Dispose()
    {
        foreach (var batch in _batches)
            batch.Dispose();
    }

    /// <summary>Runs those that have waited longest; the gate is held before and after, not meanwhile.</summary>
    private void Lead()
    {
        _running = true;
        while (_group.Count < _batches.Length + 1 && _waiting.TryDequeue(out var next))
            _group.Add(next);
        Monitor.Exit(_gate);
        Exception? failure = null;
        try
        {
            RunGroup();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Every caller of the group is told: none may take the embedding of before for its own.
            failure = error;
        }
        finally
        {
            Monitor.Enter(_gate);
            foreach (var run in _group)
                (run.Outcome, run.IsPending) = (failure, false);
            _group.Clear();
            _running = false;
            Monitor.PulseAll(_gate);
        }
    }

    private static double Median(Action run)
    {
        var times = new double[7];
        run();
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }

    private void RunGroup()
    {
        if (_group.Count == 1)
        {
            _group[0].ExecuteAlone();
            return;
        }

        var batch = _batches[_group.Count - 2];
        var (tensor, embedding) = (batch.Tensor.Length / batch.Batch, batch.Embedding.Length / batch.Batch);
        for (var i = 0; i < _group.Count; i++)
            _group[i].Tensor.CopyTo(batch.Tensor.Slice(i * tensor, tensor));
        batch.ExecuteAlone();
        for (var i = 0; i < _group.Count; i++)
            _group[i].Fill(batch.Embedding.Slice(i * embedding, embedding));
    }
}
