using System.Numerics.Tensors;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What good parts score that the bank has never seen.</summary>
internal static class CrossFit
{
    /// <summary>Frames that are scored where no rate is asked for: so many tell the mean and the deviation.</summary>
    private const int UsualFrames = 200;

    /// <summary>
    /// Each frame is held against the bank that it would meet on the line if it had not been learned from
    /// (<see cref="HeldOutBanks"/>).
    /// </summary>
    public static CalibrationInfo Calibrate(
        GoodFrames good, CoresetSelection coreset, TrainingOptions options, ITrainingProgress progress,
        CancellationToken stop)
    {
        var asked = options.Calibration;
        var most = asked.Frames ?? (asked.FalseRejectRate is null ? UsualFrames : int.MaxValue);
        var frames = Training.EvenlySpaced(most, good.Embeddings.Frames);
        var patches = good.Embeddings.Count;
        var banks = HeldOutBanks.Of(
            good.Embeddings, coreset, done => progress.Report("coverage", done, patches), stop);
        var embedding = new float[good.PatchesPerFrame * good.Embeddings.Dimension];
        var scores = new List<float>();
        var hottest = new List<float>();
        for (var i = 0; i < frames.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("calibration", i, frames.Length);
            if (banks.Without(frames[i]) is not { } others)
                continue;
            using var index = FaissIndex.Build(others);
            var scorer = good.CreateScorer(index, options.Scoring);
            good.CopyEmbedding(frames[i], embedding);
            scores.Add(scorer.Score(embedding).Score);
            hottest.Add(TensorPrimitives.Max(scorer.Map()));
        }

        progress.Report("calibration", frames.Length, frames.Length);
        if (scores.TrueForAll(score => score == 0))
        {
            throw new TrainingException(
                $"{options.GoodDirectory}: all pictures are the same, so that nothing says how good parts differ");
        }

        return Calibration.FromGood(new CalibrationScores(scores, hottest), asked);
    }
}
