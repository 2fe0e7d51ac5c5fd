using PatchCore.Edge.Bundles;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Neighbors;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Tests.Embeddings;

namespace PatchCore.Edge.Tests.Conversion;

/// <summary>
/// A small network whose patches see little more than their own cell, so that a test knows where a defect must show.
/// </summary>
internal sealed class GeometryStage : IDisposable
{
    private static readonly ScoreOptions Scoring = ScoreOptions.Default with { Sigma = 1 };

    private readonly TemporaryFolder _folder = new();
    private readonly string _backbone;
    private readonly List<IDisposable> _owned = [];

    public GeometryStage() => _backbone = new SyntheticBackbone().Write(_folder["backbone.onnx"]);

    public static Preprocessing Preprocessing(int width, int height) =>
        new(width, height, [0, 0, 0], [1, 1, 1], 1f / 255, Rgb: true);

    /// <summary>A texture without any period that tiles could share.</summary>
    public static NativeImage Texture(int width, int height)
    {
        var image = NativeImage.Create(width, height, PixelFormat.Bgr24);
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % width, i / 3 / width);
            pixels[i] = (byte)(90 + (30 * Math.Sin((x * 0.031) + (i % 3))) + (25 * Math.Cos((y * 0.043) + (x * 0.007))));
        }

        return image;
    }

    /// <summary>Paints a white square about a point of the frame.</summary>
    public static void Paint(NativeImage image, double centerX, double centerY, int side)
    {
        var pixels = image.Pixels;
        var (width, height) = (image.Width, image.Height);
        var (left, top) = ((int)Math.Round(centerX - (side / 2.0)), (int)Math.Round(centerY - (side / 2.0)));
        for (var y = Math.Max(0, top); y < Math.Min(height, top + side); y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(width, left + side); x++)
                pixels.Slice(3 * ((y * width) + x), 3).Fill(255);
        }
    }

    public FrameEmbedder Embedder(int width, int height, GeometryInfo geometry, params string[] layers)
    {
        var path = _folder[$"{_owned.Count}.onnx"];
        EmbeddingGraph.Build(_backbone, layers.Length > 0 ? layers : ["shallow"], width, height, path);
        var session = Own(new EmbeddingSession(path, new ExecutionOptions()));
        return Own(new FrameEmbedder(session, Preprocessing(width, height), geometry));
    }

    /// <summary>A scorer whose bank is all of one good frame.</summary>
    public AnomalyScorer Scorer(FrameEmbedder embedder, NativeImage good)
    {
        embedder.Embed(good);
        var index = Own(FaissIndex.Build(embedder.Embedding, embedder.Dimension));
        return embedder.CreateScorer(index, Scoring);
    }

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
            owned.Dispose();
        _folder.Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
