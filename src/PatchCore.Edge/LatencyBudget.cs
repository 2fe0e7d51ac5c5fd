using PatchCore.Edge.Bundles;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>
/// How many vectors of a bank this machine can search in a given time. The picks of k-center greedy are nested, so the
/// first of them are the coreset of that size, and need not be selected anew.
/// </summary>
internal sealed class LatencyBudget
{
    private const int Frames = 3;
    private const int SearchesPerFrame = 5;

    // The sizes that are tried: a 64th of the bank makes a difference that is within the noise of a measurement.
    private const int Sizes = 64;

    private readonly GoodFrames _good;
    private readonly MemoryBank _bank;
    private readonly TrainingOptions _options;
    private readonly float[][] _embeddings;

    /// <param name="good">Frames whose embeddings are searched for.</param>
    /// <param name="bank">In the order of the picks.</param>
    /// <param name="options">The budget, and how scores are made.</param>
    public LatencyBudget(GoodFrames good, MemoryBank bank, TrainingOptions options)
    {
        (_good, _bank, _options) = (good, bank, options);
        _embeddings = [.. Training.EvenlySpaced(Frames, good.Paths.Count).Select(frame =>
        {
            var embedding = new float[good.PatchesPerFrame * bank.Dimension];
            good.CopyEmbedding(frame, embedding);
            return embedding;
        })];
    }

    /// <summary>The largest size whose median search is within the budget.</summary>
    /// <exception cref="TrainingException">The smallest is not.</exception>
    public BankLatencyInfo Largest(ITrainingProgress progress, CancellationToken stop, out int vectors)
    {
        progress.Report("bank latency", 0, Sizes);
        (vectors, var took) = Largest(_bank.Count, _options.BankLatencyMs, size =>
        {
            stop.ThrowIfCancellationRequested();
            return Measure(size);
        });
        progress.Report("bank latency", Sizes, Sizes);
        return new BankLatencyInfo
        {
            BudgetMs = _options.BankLatencyMs,
            MeasuredMs = took,
            Queries = _good.PatchesPerFrame,
        };
    }

    /// <summary>Halves what lies between a size that is within the budget and one that is not.</summary>
    /// <param name="count">Vectors that there are.</param>
    /// <param name="budget">Milliseconds.</param>
    /// <param name="measure">Vectors → milliseconds.</param>
    /// <exception cref="TrainingException">The smallest size is not within the budget.</exception>
    internal static (int Vectors, double Took) Largest(int count, double budget, Func<int, double> measure)
    {
        var (low, high) = (0, Sizes + 1);
        var within = 0.0;
        for (var size = Sizes; low < high - 1; size = (low + high) / 2)
        {
            var took = measure(VectorsOf(size));
            if (took <= budget)
            {
                (low, within) = (size, took);
            }
            else if (size == 1)
            {
                throw new TrainingException(FormattableString.Invariant(
                    $"bank latency is {budget} ms, expected at least the {took:G3} ms of {VectorsOf(size)} vectors"));
            }
            else
            {
                high = size;
            }
        }

        return (VectorsOf(low), within);

        int VectorsOf(int size) => (int)Math.Max(1, (long)count * size / Sizes);
    }

    /// <summary>Milliseconds, the median of searches for whole frames.</summary>
    private double Measure(int vectors)
    {
        var first = new MemoryBank(_bank.Vectors[..(vectors * _bank.Dimension)], _bank.Dimension);
        using var index = SketchIndex.Build(first);
        var scorer = _good.CreateScorer(index, _options.Scoring);
        scorer.Score(_embeddings[0]); // The first search also takes its memory.
        var took = new List<double>();
        for (var i = 0; i < SearchesPerFrame; i++)
        {
            foreach (var embedding in _embeddings)
            {
                scorer.Score(embedding);
                took.Add(scorer.SearchTime.TotalMilliseconds);
            }
        }

        took.Sort();
        return took[took.Count / 2];
    }
}
