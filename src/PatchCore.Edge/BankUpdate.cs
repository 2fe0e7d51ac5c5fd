using System.Diagnostics;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>More good frames for a bank that is there already, top to bottom.</summary>
public static class BankUpdate
{
    /// <exception cref="TrainingException">Pictures or options do not fit, or the bank is full.</exception>
    /// <exception cref="BundleException">The bundle is damaged, scores differently here, or cannot be
    /// written.</exception>
    /// <exception cref="CameraException">The folder of good pictures cannot be listed.</exception>
    /// <exception cref="EmbeddingException">The runtime, or a provider that is required, is not there.</exception>
    /// <exception cref="NativeException">The native library is missing or of another version.</exception>
    public static BankUpdateReport Run(BankUpdateOptions options, ITrainingProgress progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        options.Validate();
        var clock = Stopwatch.StartNew();
        using var model = InspectionModel.Load(options.BundleDirectory, options.Execution);
        var bundle = model.Bundle;
        var origins = BankOrigins.Read(bundle);
        using var embedder = FrameEmbedder.Of(bundle, model.Session);
        var added = AddedFrames.Embed(options, embedder, origins, progress, stop);
        var before = new BankState(
            model.Index.Count, bundle.Manifest.Coreset.CoverageRadius, bundle.Manifest.Calibration.Threshold, 0);
        if (added.Embeddings.Frames == 0)
            return Report(added, before, before, 0, clock.Elapsed);

        var bank = new GrownBank(model.Index, origins, added);
        var (share, room) = Room(options, bundle, added);
        var calibration = new BankCalibration(bundle, embedder, origins, added, options);
        before = before with { FalseAlarms = calibration.CountAbove(before.Threshold, bank) };

        // What the bank covers already would only make it slower; what scores above the threshold must be covered.
        bank.Grow(Math.Min(share, room), Math.Min(before.CoverageRadius, before.Threshold), progress, stop);
        CalibrationInfo set;
        int above;
        do
        {
            set = calibration.Of(bank, progress, stop);
            above = calibration.CountAbove(set.Threshold, bank);
        }
        while (above > 0 && bank.Grow(room - bank.Picked, set.Threshold, progress, stop) > 0);

        var after = new BankState(
            bank.Count, Math.Max(before.CoverageRadius, bank.CoverageRadius), set.Threshold, above);
        var report = Report(added, before, after, calibration.Rescored, clock.Elapsed);
        if (options.DryRun)
            return report;
        using var index = FaissIndex.Build(bank.All());
        var golden = GoldenFrames.Rescore(bundle, embedder, index);
        var manifest = Describe(bundle, options, report, set, golden) with
        {
            Pictures = added.PicturesAfter(bundle.Manifest.Pictures),
        };
        var written = BundleWriter.Revise(bundle, manifest, folder =>
        {
            index.Save(Path.Combine(folder, Bundle.IndexName));
            bank.Origins()?.Write(Path.Combine(folder, Bundle.OriginsName));
        });
        return report with { BundleId = written.Manifest.Id, Duration = clock.Elapsed };
    }

    /// <summary>
    /// How many vectors the ratio gives for the added patches, and how many the bank may grow by; the latter is more
    /// where a cap is set that leaves room, for frames that would go on failing.
    /// </summary>
    private static (int Share, int Room) Room(BankUpdateOptions options, Bundle bundle, AddedFrames added)
    {
        var count = bundle.Manifest.Index.Count;
        var share = Math.Max(1, (int)(added.Embeddings.Count * bundle.Manifest.Coreset.Ratio));
        var most = options.MostVectors ?? Cap(bundle.Manifest.Coreset) ?? count + share;
        return most >= count
            ? (share, most - count)
            : throw new TrainingException(
                $"{bundle.Place}: the memory bank has {count} vectors, expected at most {most}: none can be added");
    }

    /// <summary>Most vectors that the training was allowed; searching takes as long as there are vectors.</summary>
    private static int? Cap(CoresetInfo coreset)
    {
        int? cap = coreset.BankMax > 0 ? coreset.BankMax : null;
        if (coreset.BankLatency is not { MeasuredMs: > 0 } latency)
            return cap;
        var inTime = (int)Math.Max(coreset.Count, coreset.Count * latency.BudgetMs / latency.MeasuredMs);
        return Math.Min(cap ?? int.MaxValue, inTime);
    }

    private static CoresetInfo Describe(CoresetInfo coreset, BankUpdateOptions options, BankUpdateReport report)
    {
        var radius = report.After.CoverageRadius;
        return coreset with
        {
            Frames = coreset.Frames + report.Frames,
            Patches = coreset.Patches + report.Patches,
            Kept = coreset.Kept == 0 ? 0 : coreset.Kept + (int)report.Patches,
            Count = report.After.Vectors,
            BankMax = options.MostVectors ?? coreset.BankMax,
            CoverageRadius = radius,
            // The old patch that was as far may have come nearer.
            Coverage = report.After.Vectors == report.Before.Vectors ? coreset.Coverage : CoresetInfo.Bound,
            LevelRadii = coreset.LevelRadii.Length switch
            {
                0 => [],
                1 => [radius],
                _ => [coreset.LevelRadii[0], Math.Max(0, radius - coreset.LevelRadii[0])],
            },
            BankLatency = coreset.BankLatency is { } latency
                ? latency with { MeasuredMs = latency.MeasuredMs * report.After.Vectors / report.Before.Vectors }
                : null,
        };
    }

    private static Manifest Describe(
        Bundle bundle, BankUpdateOptions options, BankUpdateReport report, CalibrationInfo calibration,
        GoldenImage[] golden)
    {
        var manifest = bundle.Manifest;
        var grown = report.After.Vectors - report.Before.Vectors;
        var what = $"{report.Frames} good frames of {options.GoodDirectory}, {grown} vectors";
        return manifest.Revise(ProvenanceInfo.Add, what, TimeProvider.System.GetUtcNow()) with
        {
            Coreset = Describe(manifest.Coreset, options, report),
            Index = manifest.Index with { Count = report.After.Vectors },
            Calibration = calibration,
            GoldenImages = golden,
        };
    }

    private static BankUpdateReport Report(
        AddedFrames added, BankState before, BankState after, int rescored, TimeSpan duration) => new()
        {
            Frames = added.Embeddings.Frames,
            Known = added.Known,
            Unreadable = added.Unreadable,
            Patches = added.Embeddings.Count,
            Before = before,
            After = after,
            Rescored = rescored,
            Duration = duration,
        };
}
