namespace PatchCore.Edge.Bundles;

/// <summary>
/// What a manifest must satisfy beyond being complete. All faults are found, so that one look mends them all.
/// </summary>
internal sealed class ManifestRules
{
    private readonly List<string> _faults = [];

    private ManifestRules()
    {
    }

    /// <summary>The faults, each naming the key, what was found and what was expected.</summary>
    public static IReadOnlyList<string> Faults(Manifest manifest)
    {
        var rules = new ManifestRules();
        rules.Require(manifest.Id.Length > 0, "id is empty");
        rules.Check(manifest.Provenance);
        rules.Check(manifest.Preprocessing);
        rules._faults.AddRange(GeometryRules.Faults(manifest.Geometry));
        rules._faults.AddRange(AugmentationRules.Faults(manifest.Augmentation, manifest.Geometry));
        rules.Check(manifest.Embedding);
        rules.Check(manifest.Ensemble);
        rules.Check(manifest.Coreset);
        rules.Check(manifest.Index, manifest.Embedding);
        rules.Check(manifest.Scoring);
        rules.Check(manifest.Calibration);
        rules.Check(manifest.Pictures);
        rules.Check(manifest.Files, manifest.GoldenImages);
        return rules._faults;
    }

    private void Check(ProvenanceInfo[] provenance)
    {
        foreach (var step in provenance)
        {
            RequireWord(
                "provenance.operation", step.Operation, ProvenanceInfo.Train, ProvenanceInfo.Calibrate,
                ProvenanceInfo.Add);
        }
    }

    private void Check(PreprocessingInfo p)
    {
        Require(p.Width > 0 && p.Height > 0, $"preprocessing is {p.Width}×{p.Height} pixels, expected at least 1×1");
        Require(p.Mean.Length == 3, $"preprocessing.mean has {p.Mean.Length} values, expected 3");
        Require(p.Std.Length == 3, $"preprocessing.std has {p.Std.Length} values, expected 3");
        Require(p.Std.All(v => v > 0), "preprocessing.std has a value that is not above 0");
        Require(p.Scale > 0, $"preprocessing.scale is {p.Scale}, expected above 0");
        RequireFinite("preprocessing", [p.Scale, .. p.Mean, .. p.Std]);
        RequireWord("preprocessing.colorOrder", p.ColorOrder, "rgb", "bgr");
        RequireWord("preprocessing.interpolation", p.Interpolation, "area");
    }

    private void Check(EmbeddingInfo e)
    {
        Require(e.Layers.Length > 0, "embedding.layers is empty");
        Require(
            e.GridHeight > 0 && e.GridWidth > 0 && e.Dimension > 0,
            $"embedding is {e.GridHeight}×{e.GridWidth}×{e.Dimension}, expected at least 1×1×1");
        Require(
            e.LayerWeights.All(weight => weight > 0 && float.IsFinite(weight)),
            "embedding.layerWeights has a weight that is not above 0");
        Require(e.Whitening is >= 0 and <= 1000, $"embedding.whitening is {e.Whitening}, expected 0 to 1000");
    }

    private void Check(EnsembleMember[] ensemble)
    {
        Require(ensemble.Length != 1, "ensemble has 1 member, expected none or at least 2");
        foreach (var m in ensemble)
        {
            Require(m.Layers.Length > 0, "ensemble has a member without layers");
            Require(
                m.Width > 0 && m.Height > 0 && m.Dimension > 0,
                $"ensemble has a member of {m.Width}×{m.Height}×{m.Dimension}, expected at least 1×1×1");
            Require(
                m.Weight > 0 && float.IsFinite(m.Weight), $"ensemble has a weight of {m.Weight}, expected above 0");
        }
    }

    private void Check(CoresetInfo c)
    {
        Require(c.Ratio is > 0 and <= 1, $"coreset.ratio is {c.Ratio}, expected above 0, at most 1");
        Require(
            c.Count > 0 && c.Count <= c.Patches,
            $"coreset.count is {c.Count}, expected 1 to the {c.Patches} patches");
        Require(c.CoverageRadius >= 0, $"coreset.coverageRadius is {c.CoverageRadius}, expected 0 or more");
        RequireFinite("coreset", [c.CoverageRadius, .. c.LevelRadii]);
        RequireWord("coreset.coverage", c.Coverage, CoresetInfo.Exact, CoresetInfo.Bound);
        Require(c.Levels is 1 or 2, $"coreset.levels is {c.Levels}, expected 1 or 2");
        Require(
            c.LevelRadii.Length == c.Levels || (c.LevelRadii.Length == 0 && c.Levels == 1),
            $"coreset.levelRadii has {c.LevelRadii.Length} values, expected one for each of the {c.Levels} levels");
        Require(c.LevelRadii.All(r => r >= 0), "coreset.levelRadii has a value below 0");
        Require(
            c.Kept == 0 || (c.Kept >= c.Count && c.Kept <= c.Patches),
            $"coreset.kept is {c.Kept}, expected {c.Count} to {c.Patches}");
        Require(
            c.MemoryMegabytes >= 0 && c.Projection >= 0 && c.BankMax >= 0,
            $"coreset.memoryMegabytes, projection and bankMax are {c.MemoryMegabytes}, {c.Projection} and {c.BankMax}, "
                + "expected 0 or more");
        if (c.BankLatency is { } latency)
        {
            Require(
                latency.BudgetMs > 0 && latency.MeasuredMs >= 0 && latency.Queries > 0,
                $"coreset.bankLatency is {latency.MeasuredMs} of {latency.BudgetMs} ms for {latency.Queries} queries, "
                    + "expected more than 0");
        }
    }

    private void Check(IndexInfo i, EmbeddingInfo e)
    {
        Require(i.Kind.Length > 0, "index.kind is empty");
        Require(i.Count > 0, $"index.count is {i.Count}, expected 1 or more");
        Require(
            i.Dimension == e.Dimension, $"index.dimension is {i.Dimension}, expected the embedding's {e.Dimension}");
        RequireWord("index.metric", i.Metric, "l2");
    }

    private void Check(ScoringInfo s)
    {
        RequireWord("scoring.reweighting", s.Reweighting, "none", "paper", "seed");
        RequireWord("scoring.upsampling", s.Upsampling, "bilinear", "nearest");
        Require(s.Neighbors > 0, $"scoring.neighbors is {s.Neighbors}, expected 1 or more");
        Require(s.Sigma is >= 0 and <= 1000, $"scoring.sigma is {s.Sigma}, expected 0 to 1000");
    }

    private void Check(CalibrationInfo c)
    {
        RequireFinite(
            "calibration",
            [
                c.Threshold, c.Mean, c.Std, c.Min, c.Max, c.MapLow, c.MapHigh, c.PixelThreshold ?? 0, .. c.Scores,
                .. c.HottestSpots,
            ]);
        Require(
            c.Scores.Length == c.HeldOutFrames,
            $"calibration.scores has {c.Scores.Length} values, "
                + $"expected one for each of the {c.HeldOutFrames} held-out frames");
        Require(
            c.HottestSpots.Length == 0 || c.HottestSpots.Length == c.HeldOutFrames,
            $"calibration.hottestSpots has {c.HottestSpots.Length} values, "
                + $"expected none, or one for each of the {c.HeldOutFrames} held-out frames");
        foreach (var (key, share) in (ReadOnlySpan<(string, double)>)[
            ("falseRejectRate", c.FalseRejectRate ?? 0.5), ("confidence", c.Confidence)])
        {
            Require(share is > 0 and < 1, $"calibration.{key} is {share}, expected above 0, below 1");
        }

        Require(
            c.RateBound is null or (>= 0 and <= 1), $"calibration.rateBound is {c.RateBound}, expected 0 to 1");
    }

    private void Check(PictureInfo? p)
    {
        if (p is null)
            return;
        Require(p.Frames > 0, $"pictures.frames is {p.Frames}, expected 1 or more");
        foreach (var (key, value) in (ReadOnlySpan<(string, double)>)[
            ("brightness", p.Brightness), ("brightnessStd", p.BrightnessStd), ("sharpness", p.Sharpness),
            ("sharpnessStd", p.SharpnessStd)])
        {
            Require(double.IsFinite(value) && value >= 0, $"pictures.{key} is {value}, expected 0 or more");
        }
    }

    private void Check(SortedDictionary<string, string> files, GoldenImage[] goldenImages)
    {
        Require(goldenImages.Length > 0, "goldenImages is empty, expected one or more");
        RequireFinite("goldenImages", [.. goldenImages.Select(g => g.Score)]);
        foreach (var (name, hash) in files)
        {
            if (BundleNames.Fault(name) is { } fault)
                _faults.Add($"files: the name '{name}' {fault}");
            Require(
                hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower),
                $"files: the sha256 of '{name}' is '{hash}', expected 64 lower-case hexadecimal digits");
        }

        foreach (var name in (string[])[Bundle.EmbeddingName, Bundle.IndexName, .. goldenImages.Select(g => g.File)])
            Require(files.ContainsKey(name), $"files does not list '{name}'");
    }

    private void RequireWord(string key, string found, params string[] expected) =>
        Require(expected.Contains(found), $"{key} is '{found}', expected {string.Join(" or ", expected)}");

    private void RequireFinite(string key, params float[] values) =>
        Require(values.All(float.IsFinite), $"{key} has a number that is not finite");

    private void Require(bool holds, string fault)
    {
        if (!holds)
            _faults.Add(fault);
    }
}
