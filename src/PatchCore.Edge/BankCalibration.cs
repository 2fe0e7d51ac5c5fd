using System.Numerics.Tensors;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>Sets the threshold of a bank that has grown, from the frames it knew and those that were added.</summary>
internal sealed class BankCalibration
{
    private readonly Bundle _bundle;
    private readonly FrameEmbedder _embedder;
    private readonly AddedFrames _added;
    private readonly BankUpdateOptions _options;
    private readonly ScoreOptions _scoring;
    private readonly float[] _embedding;
    private readonly OriginFrame[] _old;
    private readonly List<float> _scores = [];
    private readonly List<float> _hottest = [];

    public BankCalibration(
        Bundle bundle, FrameEmbedder embedder, BankOrigins? origins, AddedFrames added, BankUpdateOptions options)
    {
        (_bundle, _embedder, _added, _options) = (bundle, embedder, added, options);
        _scoring = ScoreOptions.From(bundle.Manifest.Scoring);
        _embedding = new float[embedder.PatchCount * embedder.Dimension];
        _old = OldFramesThatAreThere(origins);
    }

    /// <summary>Old frames that are scored anew; none where a score stays as it was recorded.</summary>
    public int Rescored => _old.Length;

    /// <summary>
    /// Every frame is held against the bank without what its file gave to it. That leaves holes, which a training may
    /// have filled: of an old frame the recorded score stays where it is lower. It stays as well where old frames cannot
    /// be scored anew: a bank that has only grown would have lowered it, so that the threshold comes out too high rather
    /// than too low for good parts.
    /// </summary>
    public CalibrationInfo Of(GrownBank bank, ITrainingProgress progress, CancellationToken stop)
    {
        _scores.Clear();
        _hottest.Clear();
        var frames = Training.EvenlySpaced(_options.CalibrationFrames, _added.Embeddings.Frames);
        using var index = SketchIndex.Build(bank.All());
        var (done, total) = (0, _old.Length + frames.Length);
        foreach (var frame in _old)
        {
            Report();
            using var image = NativeImage.Read(frame.File);
            _embedder.Embed(image);
            _embedder.Embedding.CopyTo(_embedding);
            ScoreWithout(frame.Sha256);
        }

        if (_old.Length == 0)
            KeepRecorded();
        foreach (var frame in frames)
        {
            Report();
            _added.CopyEmbedding(frame, _embedding);
            ScoreWithout(_added.Origins[frame].Sha256);
        }

        for (var i = 0; i < _old.Length; i++)
            _scores[i] = Math.Min(_scores[i], _bundle.Manifest.Calibration.Scores[i]);
        progress.Report("calibration", total, total);
        return Calibration.FromGood(
            new CalibrationScores(_scores, _hottest), CalibrationOptions.Of(_bundle.Manifest.Calibration));

        void ScoreWithout(string sha256)
        {
            var own = bank.VectorsOfFile(sha256).ToArray();
            Score(own.Length < index.Count ? index.Without(own) : index);
        }

        void Report()
        {
            stop.ThrowIfCancellationRequested();
            progress.Report("calibration", done++, total);
        }
    }

    /// <summary>Added frames that a bank, with what it has of them, scores above a threshold.</summary>
    public int CountAbove(float threshold, GrownBank bank)
    {
        // An image score is at most its largest patch score, and rounding is far below 1 %.
        if (bank.CoverageRadius < 0.99f * threshold)
            return 0;
        using var index = SketchIndex.Build(bank.All());
        var scorer = _embedder.CreateScorer(index, _scoring);
        return Enumerable.Range(0, _added.Embeddings.Frames).Count(frame =>
        {
            _added.CopyEmbedding(frame, _embedding);
            return Decision.Of(scorer.Score(_embedding).Score, threshold) != Verdict.Pass;
        });
    }

    private void Score(INeighborIndex others)
    {
        var scorer = _embedder.CreateScorer(others, _scoring);
        _scores.Add(scorer.Score(_embedding).Score);
        _hottest.Add(TensorPrimitives.Max(scorer.Map()));
    }

    private void KeepRecorded()
    {
        var recorded = _bundle.Manifest.Calibration;
        _scores.AddRange(recorded.Scores);
        // Where the hottest spots were not recorded, their mean was.
        _hottest.AddRange(recorded.HottestSpots.Length > 0
            ? recorded.HottestSpots
            : Enumerable.Repeat(recorded.MapLow, recorded.Scores.Length));
    }

    /// <summary>
    /// Those that the recorded scores are of, if the file of every one is still what and where it was. None when a part of
    /// them is gone, nor when the threshold was set from other frames than these.
    /// </summary>
    private OriginFrame[] OldFramesThatAreThere(BankOrigins? origins)
    {
        if (origins is null || _bundle.Manifest.Provenance.Any(s => s.Operation == ProvenanceInfo.Calibrate))
            return [];
        OriginFrame[] frames =
        [
            .. Training.EvenlySpaced(_options.CalibrationFrames, origins.Frames.Count).Select(i => origins.Frames[i]),
        ];
        return frames.Length == _bundle.Manifest.Calibration.Scores.Length
            && Array.TrueForAll(frames, frame => OriginFrame.At(frame.File) == frame)
                ? frames
                : [];
    }
}
