using PatchCore.Edge.Bundles;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Conversion;

public sealed class FrameGeometryTests : IDisposable
{
    private static readonly double[][][] Diamond = [[[160, 30], [290, 120], [160, 210], [30, 120]]];

    private static readonly (double X, double Y)[] Inside = [(160, 120), (70, 118), (240, 100), (161, 180)];

    private static readonly (double X, double Y)[] AtTheBorder =
        [(4, 4), (316, 4), (4, 236), (316, 236), (2, 120), (160, 2), (97, 33)];

    private readonly GeometryStage _stage = new();

    [Theory]
    [InlineData("stretch", true)]
    [InlineData("fit", true)]
    [InlineData("tiles", true)]
    [InlineData("tiles-fit", true)]
    [InlineData("region", false)]
    [InlineData("region-fit", false)]
    [InlineData("region-tiles", false)]
    public void Map_peaks_on_the_frame_pixel_of_the_defect(string kind, bool everywhere)
    {
        var embedder = _stage.Embedder(64, 64, Named(kind));
        using var good = GeometryStage.Texture(320, 240);
        var scorer = _stage.Scorer(embedder, good);
        foreach (var (x, y) in everywhere ? [.. Inside, .. AtTheBorder] : Inside)
        {
            using var frame = good.Clone();
            GeometryStage.Paint(frame, x, y, 8);

            embedder.Embed(frame);
            var score = scorer.Score(embedder.Embedding);
            var placement = embedder.Placement;
            var (peakX, peakY) = Peak(scorer.Map(), placement);

            // A patch's cell on the frame; the worst patch is one that sees the defect, whose half side is 4.
            var (cellX, cellY) = (
                placement.XX * placement.Width / embedder.GridWidth,
                placement.YY * placement.Height / embedder.GridHeight);
            Assert.InRange(peakX, x - cellX - 4, x + cellX + 4);
            Assert.InRange(peakY, y - cellY - 4, y + cellY + 4);
            var (worstX, worstY) = embedder.Geometry.CenterOf(score.WorstPatch, placement);
            Assert.InRange(worstX, x - (1.5 * cellX) - 4, x + (1.5 * cellX) + 4);
            Assert.InRange(worstY, y - (1.5 * cellY) - 4, y + (1.5 * cellY) + 4);
        }
    }

    [Fact]
    public void Tiles_give_the_embedding_that_the_whole_canvas_at_once_would()
    {
        var tiled = _stage.Embedder(
            64, 64, new() { Tiling = new TilingInfo { Size = 64, Overlap = 24 } }, "shallow", "deep");
        var whole = _stage.Embedder(224, 160, new(), "shallow", "deep");
        using var frame = GeometryStage.Texture(224, 160);

        tiled.Embed(frame);
        whole.Embed(frame);

        Assert.Equal((112, 80), (tiled.GridWidth, tiled.GridHeight));
        Assert.True(tiled.Geometry.Tiles.Length > 12);
        Assert.Equal(whole.Embedding.Length, tiled.Embedding.Length);
        for (var i = 0; i < whole.Embedding.Length; i++)
            Assert.Equal(whole.Embedding[i], tiled.Embedding[i], 1e-5f);
    }

    [Fact]
    public void Defect_on_a_seam_scores_as_one_in_the_middle_of_a_tile()
    {
        var embedder = _stage.Embedder(64, 64, new() { Tiling = new TilingInfo { Size = 64, Overlap = 16 } });
        using var even = NativeImage.Create(256, 128, PixelFormat.Bgr24);
        even.Pixels.Fill(80);
        var scorer = _stage.Scorer(embedder, even);
        var scores = new List<float>();
        // All of them at the same place of a patch's cell; the tiles' centers are 32 apart, their seams between.
        for (var x = 48; x <= 208; x += 2)
        {
            even.Pixels.Fill(80);
            GeometryStage.Paint(even, x, 64, 6);
            embedder.Embed(even);
            scores.Add(scorer.Score(embedder.Embedding).Score);
        }

        Assert.True(scores.Min() > 0);
        Assert.All(scores, score => Assert.Equal(scores[0], score, 1e-4f * scores[0]));
    }

    [Fact]
    public void What_is_outside_of_the_region_or_ignored_never_scores()
    {
        // Patches see one cell (8 by 6 frame pixels) beyond their own, so the defect keeps off the border by two.
        var geometry = new GeometryInfo { Region = Diamond, Ignore = [[[135, 100], [185, 100], [185, 140], [135, 140]]] };
        var embedder = _stage.Embedder(64, 64, geometry);
        using var frame = GeometryStage.Texture(320, 240);
        var scorer = _stage.Scorer(embedder, frame);
        foreach (var (x, y) in (ReadOnlySpan<(double, double)>)[(20, 20), (160, 120), (300, 225), (60, 200)])
            GeometryStage.Paint(frame, x, y, 6);

        embedder.Embed(frame);

        Assert.Equal(0, scorer.Score(embedder.Embedding).Score, 1e-3f);
        Assert.Equal(0, Max(scorer.Map()), 1e-3f);
        Assert.True(embedder.PatchCount < 32 * 32 / 2);
        Assert.Equal(embedder.PatchCount * embedder.Dimension, embedder.Embedding.Length);
    }

    [Fact]
    public void Map_is_zero_outside_of_the_region_after_smoothing_too()
    {
        var embedder = _stage.Embedder(64, 64, new GeometryInfo { Region = Diamond });
        using var frame = GeometryStage.Texture(320, 240);
        var scorer = _stage.Scorer(embedder, frame);
        GeometryStage.Paint(frame, 160, 120, 300);

        embedder.Embed(frame);
        scorer.Score(embedder.Embedding);
        var map = scorer.Map();
        var placement = embedder.Placement;

        for (var i = 0; i < map.Length; i++)
        {
            var (x, y) = placement.ToFrame((i % placement.Width) + 0.5, (i / placement.Width) + 0.5);
            var inside = (Math.Abs(x - 160) / 130) + (Math.Abs(y - 120) / 90);
            if (inside > 1)
                Assert.Equal(0, map[i]);
            else if (inside < 0.99)
                // In the tips of the region the backbone sees little else than what is painted over.
                Assert.True(map[i] > (inside < 0.9 ? 0.1f : 0), $"{x}, {y}: {map[i]}");
        }
    }

    [Fact]
    public void Canvas_that_was_kept_gives_the_same_embedding_again()
    {
        foreach (var kind in (string[])["stretch", "fit", "region-fit", "tiles-fit", "region-tiles"])
        {
            var embedder = _stage.Embedder(64, 64, Named(kind));
            using var frame = GeometryStage.Texture(320, 240);
            using var canvas = NativeImage.Empty();
            embedder.Embed(frame);
            var expected = embedder.Embedding.ToArray();
            embedder.CopyCanvas(canvas);
            GeometryStage.Paint(frame, 160, 120, 99);
            embedder.Embed(frame);

            embedder.EmbedCanvas(canvas);

            Assert.Equal(embedder.Geometry.Canvas, (canvas.Width, canvas.Height));
            Assert.Equal(expected, embedder.Embedding.ToArray());
        }
    }

    [Theory]
    [InlineData("region", 320, 200, "the frame has 320x200 pixels, expected 320x240 as the geometry was drawn on")]
    [InlineData("fit", 300, 240, "the frame has 300x240 pixels, expected 320x240 as the geometry was drawn on")]
    [InlineData("stretch", 1, 240, "the frame has 1x240 pixels, expected at least 2x2")]
    public void Frame_of_another_size_is_refused(string kind, int width, int height, string message)
    {
        var embedder = _stage.Embedder(64, 64, Named(kind));
        using var frame = GeometryStage.Texture(320, 240);
        embedder.Embed(frame);
        using var other = GeometryStage.Texture(width, height);

        Assert.Equal(message, Assert.Throws<FrameException>(() => embedder.Embed(other)).Message);
    }

    [Fact]
    public void Whole_frame_that_is_stretched_takes_another_size_but_not_another_shape()
    {
        var geometry = new GeometryInfo { Frame = new FrameSizeInfo { Width = 320, Height = 240 } };
        var embedder = _stage.Embedder(64, 64, geometry);
        using var half = GeometryStage.Texture(160, 120);
        using var square = GeometryStage.Texture(240, 240);

        embedder.Embed(half);
        Assert.Equal((160, 120), embedder.Placement.ToFrame(64, 64));
        Assert.Equal(
            "the frame has 240x240 pixels, expected 320x240 or that shape",
            Assert.Throws<FrameException>(() => embedder.Embed(square)).Message);
    }

    [Fact]
    public void Geometry_that_does_not_fit_is_refused_by_its_key()
    {
        Assert.Equal(
            "geometry.region[0] has the point [400, 120], expected points within the frame of 320x240",
            Refused(new() { Region = [[[10, 10], [400, 120], [10, 200]]] }));
        Assert.StartsWith(
            "geometry: nothing is left to inspect",
            Refused(new() { Ignore = [[[-1, -1], [321, -1], [321, 241], [-1, 241]]] }), StringComparison.Ordinal);

        string Refused(GeometryInfo geometry)
        {
            using var frame = GeometryStage.Texture(320, 240);
            var embedder = _stage.Embedder(64, 64, geometry);
            return Assert.Throws<GeometryException>(() => embedder.Embed(frame)).Message;
        }
    }

    [Fact]
    public void Embedding_a_frame_allocates_nothing_once_warm()
    {
        foreach (var kind in (string[])["fit", "region", "tiles-fit"])
        {
            var embedder = _stage.Embedder(64, 64, Named(kind));
            using var frame = GeometryStage.Texture(320, 240);
            embedder.Embed(frame);
            embedder.Embed(frame);
            var before = GC.GetAllocatedBytesForCurrentThread();

            for (var i = 0; i < 5; i++)
                embedder.Embed(frame);

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    public void Dispose() => _stage.Dispose();

    private static GeometryInfo Named(string kind) => new()
    {
        Resize = kind.EndsWith("fit", StringComparison.Ordinal) ? "fit" : "stretch",
        Region = kind.StartsWith("region", StringComparison.Ordinal) ? Diamond : [],
        Tiling = kind.Contains("tiles", StringComparison.Ordinal) ? new TilingInfo { Size = 100, Overlap = 20 } : null,
    };

    private static (double X, double Y) Peak(ReadOnlySpan<float> map, MapPlacement placement)
    {
        var peak = map.IndexOf(Max(map));
        return placement.ToFrame((peak % placement.Width) + 0.5, (peak / placement.Width) + 0.5);
    }

    private static float Max(ReadOnlySpan<float> map) => System.Numerics.Tensors.TensorPrimitives.Max(map);
}
