using System.Diagnostics;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What one frame came to, and where its time went.</summary>
public readonly record struct Inspection(Verdict Verdict, ImageScore Score, float Threshold, StageTimes Times)
{
    /// <summary>Why the verdict is ERROR; null when it is another.</summary>
    public string? Reason => Verdict != Verdict.Error ? null : FormattableString.Invariant(
        $"the score is {Score.Score} and the threshold {Threshold}, expected finite numbers");
}

/// <summary>Time of each stage of one inspection.</summary>
public readonly record struct StageTimes(TimeSpan Convert, TimeSpan Embed, TimeSpan Search, TimeSpan Score)
{
    public TimeSpan Total => Convert + Embed + Search + Score;
}

/// <summary>
/// Turns frames into verdicts, one at a time, with memory taken once: one for each camera, over a shared
/// <see cref="InspectionModel"/>. Not safe for use from two threads at once.
/// </summary>
public sealed class Inspector : IDisposable
{
    private readonly FrameConverter _converter;
    private readonly EmbeddingRun _run;
    private readonly AnomalyScorer _scorer;

    internal Inspector(InspectionModel model)
    {
        Model = model;
        var manifest = model.Bundle.Manifest;
        Threshold = manifest.Calibration.Threshold;
        _converter = new FrameConverter(Preprocessing.From(manifest.Preprocessing));
        _run = model.Session.CreateRun(batch: 1);
        _scorer = new AnomalyScorer(
            model.Index,
            ScoreOptions.From(manifest.Scoring),
            model.Session.GridHeight,
            model.Session.GridWidth,
            manifest.Preprocessing.Height,
            manifest.Preprocessing.Width);
    }

    public InspectionModel Model { get; }

    /// <summary>Scores above it are FAIL; the bundle's own until a line sets another.</summary>
    public float Threshold { get; set; }

    /// <summary>Converts, embeds, searches, scores and decides.</summary>
    public Inspection Inspect(NativeImage image)
    {
        // Should anything fail below, the map of the part before must not pass for this one's.
        _scorer.Forget();
        var start = Stopwatch.GetTimestamp();
        _converter.Convert(image, _run.Tensor);
        var converted = Stopwatch.GetTimestamp();
        _run.Execute();
        var embedded = Stopwatch.GetTimestamp();
        var score = _scorer.Score(_run.Embedding);
        var scored = Stopwatch.GetTimestamp();

        return new Inspection(
            Decision.Of(score.Score, Threshold),
            score,
            Threshold,
            new StageTimes(
                Stopwatch.GetElapsedTime(start, converted),
                Stopwatch.GetElapsedTime(converted, embedded),
                _scorer.SearchTime,
                Stopwatch.GetElapsedTime(embedded, scored) - _scorer.SearchTime));
    }

    /// <summary>
    /// Anomaly map of the last inspected frame: height × width of the preprocessing, row-major, raw distances.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing has been inspected, or the last inspection
    /// failed.</exception>
    public ReadOnlySpan<float> Map() => _scorer.Map();

    public void Dispose() => _run.Dispose();
}
