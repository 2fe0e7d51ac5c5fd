using PatchCore.Edge.Embeddings.Onnx;
using static PatchCore.Edge.Embeddings.OnnxNodes;

namespace PatchCore.Edge.Embeddings;

/// <summary>A member's network, cut down to its layers and fixed to its image size.</summary>
internal sealed class EmbeddingTrunk
{
    /// <summary>Widths and heights of a scaled member are multiples of this, so that its grids tile the
    /// image.</summary>
    private const int ScaledStep = 8;

    private EmbeddingTrunk(BackboneModel backbone, ModelProto model, IReadOnlyList<Map> maps, int width, int height)
    {
        Backbone = backbone;
        Model = model;
        Maps = maps;
        Width = width;
        Height = height;
    }

    public BackboneModel Backbone { get; }

    /// <summary>Its outputs are the layers, in the order of <see cref="Maps"/>.</summary>
    public ModelProto Model { get; }

    public IReadOnlyList<Map> Maps { get; }

    public int Width { get; }

    public int Height { get; }

    public int Dimension => Maps.Sum(map => map.Channels);

    /// <exception cref="BackboneException">See <see cref="EmbeddingGraph.Build(string, IReadOnlyList{string}, int, int,
    /// string)"/>.</exception>
    public static EmbeddingTrunk Cut(EmbeddingMember member, int imageWidth, int imageHeight)
    {
        if (!(member.Scale is > 0 and <= 1))
        {
            throw new BackboneException(
                member.BackbonePath,
                FormattableString.Invariant($"scale is {member.Scale}, expected above 0, at most 1."));
        }

        var (width, height) = (Scaled(imageWidth, member.Scale), Scaled(imageHeight, member.Scale));
        var backbone = BackboneModel.Load(member.BackbonePath);
        string[] names = [.. member.Layers.Select(backbone.Layer)];
        if (names.Length == 0 || names.Distinct().Count() != names.Length)
        {
            throw new BackboneException(
                member.BackbonePath,
                $"needs one layer at least and each of them once; asked for: {string.Join(", ", member.Layers)}.");
        }

        var model = backbone.Copy();
        GraphSurgery.CutTo(model.Graph, names);
        object batch = backbone.FixedBatch is { } fixedBatch ? (long)fixedBatch : "batch";
        model.Graph.Input[0].Type = Value("", batch, 3L, (long)height, (long)width).Type;
        var found = backbone.Probe(model, names, height, width).ToDictionary(t => t.Name, t => t.Shape);
        Map[] maps = [.. names.Select(name => found.TryGetValue(name, out var shape)
            ? new Map(name, (int)shape[1], (int)shape[2], (int)shape[3])
            : throw new BackboneException(backbone.Path, $"tensor '{name}' is not a float map N x C x H x W."))];
        return new EmbeddingTrunk(backbone, model, maps, width, height);
    }

    private static int Scaled(int size, double scale) =>
        scale == 1 ? size : Math.Max(1, (int)Math.Round(size * scale / ScaledStep)) * ScaledStep;

    public readonly record struct Map(string Name, int Channels, int Height, int Width);
}
