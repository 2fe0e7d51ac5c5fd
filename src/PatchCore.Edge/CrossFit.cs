using System.Numerics.Tensors;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.MemoryBanks;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What good parts score that the bank has never seen.</summary>
internal static class CrossFit
{
    /// <summary>
    /// Each frame is held against the bank without its own patches, which is the bank it would meet on the line, less
    /// one frame in all.
    /// </summary>
    public static CalibrationInfo Calibrate(
        GoodFrames good, CoresetSelection coreset, TrainingOptions options, ITrainingProgress progress,
        CancellationToken stop)
    {
        var embedding = new float[good.PatchesPerFrame * good.Embeddings.Dimension];
        var frames = Training.EvenlySpaced(options.CalibrationFrames, good.Embeddings.Frames);
        var scores = new List<float>();
        var hottest = new List<float>();
        for (var i = 0; i < frames.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("calibration", i, frames.Length);
            if (MemoryBank.Without(frames[i], good.Embeddings, coreset) is not { } others)
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

        return Calibration.FromGood(scores, hottest);
    }
}
