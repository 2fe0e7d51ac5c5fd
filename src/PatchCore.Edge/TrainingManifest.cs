using System.Security.Cryptography;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Neighbors;

namespace PatchCore.Edge;

/// <summary>What a training writes into the manifest of its bundle.</summary>
internal sealed class TrainingManifest(
    TrainingOptions options, BackboneModel backbone, EmbeddingGraphInfo graph, PreprocessingInfo preprocessing)
{
    /// <param name="good">The frames that were learned from.</param>
    /// <param name="bank">What was kept of them.</param>
    /// <param name="weights">One for each member of the ensemble.</param>
    /// <param name="map">The linear map that the graph ends with.</param>
    /// <param name="calibration">The threshold and what it was set from.</param>
    /// <param name="golden">Frames whose scores are kept.</param>
    public Manifest Describe(
        GoodFrames good, BankSelection bank, float[] weights, PatchMap map, CalibrationInfo calibration,
        GoldenImage[] golden)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Manifest
        {
            Id = Manifest.NewId(now),
            Version = Manifest.ProgramVersion,
            CreatedAt = now,
            Provenance = [Provenance(good, now)],
            Backbone = Describe(backbone),
            Preprocessing = preprocessing,
            Geometry = Describe(options.Recipe.Geometry, good),
            Augmentation = options.Recipe.Augmentation,
            Embedding = Describe(graph) with
            {
                LayerWeights = [.. map.LayerWeights],
                Whitening = map.Whitening,
            },
            Ensemble = DescribeEnsemble(graph, weights),
            Coreset = bank.Describe(good, options),
            Index = new IndexInfo
            {
                Kind = FaissIndex.Flat,
                Metric = "l2",
                Count = bank.Selection.Indices.Length,
                Dimension = graph.Dimension,
            },
            Scoring = options.Scoring.ToInfo(),
            Calibration = calibration,
            Pictures = good.Pictures,
            GoldenImages = golden,
        };
    }

    public static PreprocessingInfo Describe(BackboneMetadata expected, EmbeddingGraphInfo graph) => new()
    {
        Width = graph.Width,
        Height = graph.Height,
        Mean = [.. expected.Mean],
        Std = [.. expected.Std],
        Scale = expected.Scale,
        ColorOrder = expected.Rgb ? "rgb" : "bgr",
        Interpolation = "area",
    };

    private static GeometryInfo Describe(GeometryInfo geometry, GoodFrames good) => geometry with
    {
        Frame = geometry.Frame ?? (good.Sizes.Count == 1 ? good.Sizes[0] : null),
        Alignment = geometry.Alignment is { } alignment ? alignment with { Reference = Bundle.ReferenceName } : null,
    };

    private static BackboneInfo Describe(BackboneModel backbone) => new()
    {
        Name = backbone.Metadata.Name,
        Source = backbone.Metadata.Source,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(backbone.Path))),
    };

    private static EnsembleMember[] DescribeEnsemble(EmbeddingGraphInfo graph, float[] weights) =>
        graph.Members.Count < 2 ? [] : [.. graph.Members.Zip(weights, (member, weight) => new EnsembleMember
        {
            Backbone = Describe(BackboneModel.Load(member.BackbonePath)),
            Layers = [.. member.Layers],
            Width = member.Width,
            Height = member.Height,
            Dimension = member.Dimension,
            Weight = weight,
        })];

    private static EmbeddingInfo Describe(EmbeddingGraphInfo graph) => new()
    {
        Layers = [.. graph.Layers],
        Input = graph.InputName,
        Output = graph.OutputName,
        GridHeight = graph.GridHeight,
        GridWidth = graph.GridWidth,
        Dimension = graph.Dimension,
    };

    private ProvenanceInfo Provenance(GoodFrames good, DateTimeOffset now) => new()
    {
        Operation = ProvenanceInfo.Train,
        At = now,
        What = $"{good.Paths.Count} good frames of {options.GoodDirectory}",
    };
}
