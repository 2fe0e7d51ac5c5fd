using System.Diagnostics;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What one frame came to, and where its time went.</summary>
public readonly record struct Inspection(Verdict Verdict, ImageScore Score, float Threshold, StageTimes Times)
{
    /// <summary>The score on a scale on which the threshold is 0.5; null when the verdict is ERROR.</summary>
    public float? NormalizedScore => Verdicts.NormalizedScore.Of(Score.Score, Threshold);

    /// <summary>Why the verdict is ERROR; null when it is another.</summary>
    public string? Reason => Verdict != Verdict.Error ? null : Fault ?? FormattableString.Invariant(
        $"the score is {Score.Score} and the threshold {Threshold}, expected finite numbers");

    /// <summary>What kept the frame from being inspected: another size, or no part in it; null when nothing
    /// did.</summary>
    public string? Fault { get; init; }
}

/// <summary>Time of each stage of one inspection.</summary>
public readonly record struct StageTimes(TimeSpan Convert, TimeSpan Embed, TimeSpan Search, TimeSpan Score)
{
    public TimeSpan Total => Convert + Embed + Search + Score;
}

/// <summary>
/// Turns frames into verdicts, one at a time, with memory taken once: one for each worker, over a shared
/// <see cref="InspectionModel"/>. Not safe for use from two threads at once.
/// </summary>
public sealed class Inspector : IDisposable
{
    private readonly FrameEmbedder _embedder;
    private readonly AnomalyScorer _scorer;
    private readonly RegionFinder _regions = new();
    private (int Width, int Height) _frame;
    private bool _failed;

    internal Inspector(InspectionModel model)
    {
        Model = model;
        var manifest = model.Bundle.Manifest;
        Threshold = manifest.Calibration.Threshold;
        PixelThreshold = manifest.Calibration.PixelThreshold
            ?? (manifest.Calibration.MapLow + manifest.Calibration.MapHigh) / 2;
        _embedder = FrameEmbedder.Of(model.Bundle, model.Session);
        _scorer = _embedder.CreateScorer(model.Index, ScoreOptions.From(manifest.Scoring));
    }

    public InspectionModel Model { get; }

    /// <summary>Scores above it are FAIL; the bundle's own until a line sets another.</summary>
    public float Threshold { get; set; }

    /// <summary>
    /// Map values above it are in a defect region; halfway up the heatmap's colors where the bundle sets none.
    /// </summary>
    public float PixelThreshold { get; set; }

    /// <summary>Converts, embeds, searches, scores and decides.</summary>
    public Inspection Inspect(NativeImage image)
    {
        // Should anything fail below, the map of the part before must not pass for this one's.
        _scorer.Forget();
        try
        {
            _embedder.Embed(image);
        }
        catch (FrameException e)
        {
            return Error(e.Message);
        }

        if (!_embedder.IsFinite)
            return Error("the network's output has values that are not finite numbers");
        var start = Stopwatch.GetTimestamp();
        var score = _scorer.Score(_embedder.Embedding);
        var elapsed = Stopwatch.GetElapsedTime(start);

        var verdict = Decision.Of(score.Score, Threshold);
        (_frame, _failed) = ((image.Width, image.Height), verdict == Verdict.Fail);
        return new Inspection(
            verdict,
            score,
            Threshold,
            new StageTimes(
                _embedder.ConvertTime, _embedder.EmbedTime, _scorer.SearchTime, elapsed - _scorer.SearchTime));
    }

    private Inspection Error(string fault) =>
        new(Verdict.Error, new ImageScore(float.NaN, float.NaN, 0), Threshold, default) { Fault = fault };

    /// <summary>
    /// Anomaly map of the last inspected frame: height × width of <see cref="Placement"/>, row-major, raw distances; 0
    /// where nothing is inspected.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing has been inspected, or the last inspection
    /// failed.</exception>
    public ReadOnlySpan<float> Map() => _scorer.Map();

    /// <summary>
    /// Defect regions of the last inspected frame, in its pixels; valid until the next is inspected. It takes the map,
    /// so that a frame that passed is better not asked unless its map is wanted anyway. A frame that failed has at
    /// least one: its hottest spot, if nothing of the map is above the pixel threshold.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing has been inspected, or the last inspection
    /// failed.</exception>
    public DefectRegions Regions() => _regions.Find(Map(), Placement, _frame, PixelThreshold, _failed);

    /// <summary>Size of the last inspected frame's map, and where it lies on that frame.</summary>
    public MapPlacement Placement => _embedder.Placement;

    public void Dispose() => _embedder.Dispose();
}
