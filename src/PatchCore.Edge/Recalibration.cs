using System.Globalization;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge;

/// <summary>What a threshold is set to.</summary>
public enum ThresholdGoal
{
    /// <summary>A false-reject rate, or mean + 3 deviations, from good frames alone.</summary>
    GoodFrames,

    /// <summary>The best F1 between good and defective frames.</summary>
    BestF1,

    /// <summary>Every defective frame fails.</summary>
    FullRecall,

    /// <summary>A number.</summary>
    ByHand,
}

/// <summary>How the threshold of a bundle is set anew.</summary>
public sealed record RecalibrationOptions
{
    public required string BundleDirectory { get; init; }

    public ThresholdGoal Goal { get; init; }

    /// <summary>What <see cref="ThresholdGoal.GoodFrames"/> is to keep; its confidence goes for all goals.</summary>
    public CalibrationOptions Calibration { get; init; } = new();

    /// <summary>The number, for <see cref="ThresholdGoal.ByHand"/>.</summary>
    public float Threshold { get; init; } = float.NaN;

    /// <summary>Folder of pictures of good parts; null: the scores that the bundle keeps.</summary>
    public string? GoodDirectory { get; init; }

    /// <summary>Folders of pictures of defective parts.</summary>
    public IReadOnlyList<string> DefectDirectories { get; init; } = [];

    /// <summary>Share of unreadable pictures above which nothing is done.</summary>
    public double UnreadableLimit { get; init; } = 0.1;

    /// <summary>Whether nothing is written.</summary>
    public bool DryRun { get; init; }

    public ExecutionOptions Execution { get; init; } = new();
}

/// <summary>What the threshold was and is.</summary>
/// <param name="Bundle">The new version; null if none was written.</param>
/// <param name="KnownFrames">Good frames that the bank was built from.</param>
/// <param name="Defects">Scores of the defective frames.</param>
/// <param name="Unreadable">Pictures that were left out.</param>
public sealed record RecalibrationReport(
    string BundleId,
    CalibrationInfo Before,
    CalibrationInfo After,
    Bundle? Bundle,
    int KnownFrames,
    IReadOnlyList<float> Defects,
    IReadOnlyList<UnreadableImage> Unreadable);

/// <summary>The threshold cannot be set; the message says what was found and what was expected.</summary>
public sealed class CalibrationException(string message, Exception? innerException = null)
    : Exception(message, innerException);

/// <summary>
/// Sets the threshold of a bundle anew, which becomes a new version of it; bank and network stay as they are.
/// </summary>
public static class Recalibration
{
    /// <exception cref="CalibrationException">Options that do not go together, or too few frames that can be
    /// used.</exception>
    /// <exception cref="BundleException">The bundle is damaged, scores differently here, or cannot be
    /// written.</exception>
    public static RecalibrationReport Run(
        RecalibrationOptions options, ITrainingProgress progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        Validate(options);
        var bundle = Bundle.Open(options.BundleDirectory);
        var before = bundle.Manifest.Calibration;
        var good = new ScoredFrames();
        var defects = new ScoredFrames();
        if (options.GoodDirectory is not null || options.DefectDirectories.Count > 0)
        {
            using var model = InspectionModel.Load(options.BundleDirectory, options.Execution);
            bundle = model.Bundle;
            var origins = BankOrigins.Read(bundle);
            using var scoring = new FrameScoring(model, options.UnreadableLimit, progress)
            {
                OwnVectors = path => origins?.VectorsOfFile(OriginFrame.Of(path).Sha256) ?? [],
            };
            if (options.GoodDirectory is { } folder)
                scoring.Score("good", folder, CalibrationScores.Fewest, good, stop);
            foreach (var defective in options.DefectDirectories)
                scoring.Score("defects", defective, 1, defects, stop);
        }

        var after = Choose(options, before, good, defects);
        var written = options.DryRun
            ? null
            : BundleWriter.Revise(bundle, Revise(options, bundle, after, good, defects));
        return new RecalibrationReport(
            bundle.Manifest.Id, before, after, written, good.Known, defects.Scores,
            [.. good.Unreadable, .. defects.Unreadable]);
    }

    private static CalibrationInfo Choose(
        RecalibrationOptions options, CalibrationInfo before, ScoredFrames good, ScoredFrames defects)
    {
        var kept = options.GoodDirectory is null;
        var scores = kept
            ? new CalibrationScores(before.Scores, before.HottestSpots)
            : new CalibrationScores(good.Scores, good.HottestSpots);
        if (options.Goal == ThresholdGoal.ByHand && kept)
        {
            return Calibration.WithThreshold(
                before with { Confidence = options.Calibration.Confidence }, Calibration.ByHand, options.Threshold);
        }

        if (scores.Scores.Count == 0)
        {
            throw new CalibrationException(
                $"{options.BundleDirectory}: keeps no scores of good frames; give it a folder of them");
        }

        var info = Calibration.FromGood(scores, options.Calibration);
        // Of frames whose maps were not kept nothing new can be said.
        if (scores.HottestSpots.Count == 0)
        {
            info = info with
            {
                MapLow = before.MapLow,
                MapHigh = before.MapHigh,
                PixelThreshold = before.PixelThreshold,
            };
        }

        // A threshold that says nothing of good frames leaves what was said of their maps.
        if (kept && options.Goal != ThresholdGoal.GoodFrames)
            info = info with { PixelThreshold = before.PixelThreshold };
        return options.Goal switch
        {
            ThresholdGoal.BestF1 => Calibration.WithThreshold(
                info, Calibration.BestF1, LabeledThreshold.BestF1(scores.Scores, defects.Scores)),
            ThresholdGoal.FullRecall => Calibration.WithThreshold(
                info, Calibration.FullRecall, LabeledThreshold.FullRecall(scores.Scores, defects.Scores)),
            ThresholdGoal.ByHand => Calibration.WithThreshold(info, Calibration.ByHand, options.Threshold),
            _ => info,
        };
    }

    private static Manifest Revise(
        RecalibrationOptions options, Bundle bundle, CalibrationInfo after, ScoredFrames good, ScoredFrames defects)
    {
        var from = options.GoodDirectory ?? "scores that were kept";
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"threshold {bundle.Manifest.Calibration.Threshold:G6} to {after.Threshold:G6} ({after.Method}), ")
            + $"{after.HeldOutFrames} good frames ({from})"
            + (defects.Scores.Count == 0 ? "" : $", {defects.Scores.Count} defective frames "
                + $"({string.Join(", ", options.DefectDirectories)})");
        return bundle.Manifest.Revise(ProvenanceInfo.Calibrate, what, TimeProvider.System.GetUtcNow()) with
        {
            Calibration = after,
            Pictures = good.Pictures.ToInfo() ?? bundle.Manifest.Pictures,
        };
    }

    private static void Validate(RecalibrationOptions options)
    {
        var faults = new List<string>(options.Calibration.Faults());
        var labeled = options.Goal is ThresholdGoal.BestF1 or ThresholdGoal.FullRecall;
        if (labeled && options.DefectDirectories.Count == 0)
            faults.Add("best F1 and full recall take defective frames, found no folder of them");
        if (!labeled && options.DefectDirectories.Count > 0)
            faults.Add("defective frames are given, expected the goal to be best F1 or full recall");
        if (options.Goal == ThresholdGoal.ByHand && !float.IsFinite(options.Threshold))
            faults.Add(FormattableString.Invariant($"the threshold is {options.Threshold}, expected a finite number"));
        if (faults.Count > 0)
            throw new CalibrationException(string.Join("; ", faults));
    }
}
