using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Conversion;

public sealed class PartAlignerTests : IDisposable
{
    private static readonly SimulatedLineOptions Line = new();

    private static readonly GeometryInfo Aligned = new()
    {
        Alignment = new AlignmentInfo { Template = [100, 100, 120, 120], SearchPixels = 30, SearchDegrees = 12 },
    };

    private readonly GeometryStage _stage = new();
    private readonly NativeImage _reference = Part(Line, 0);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0.4, -0.3)]
    [InlineData(0, 25, -28)]
    [InlineData(3.3, 0, 0)]
    [InlineData(-11, 12.5, 20.25)]
    [InlineData(7.45, -18.7, 3.2)]
    public void Part_is_found_where_it_was_moved_to(double degrees, double x, double y)
    {
        using var aligner = Create(Aligned);
        var moved = About(160, 160, degrees, x, y);
        using var frame = Moved(_reference, moved);

        var found = aligner.Find(frame);

        Assert.Equal(degrees, found.Degrees, 0.2);
        foreach (var (cornerX, cornerY) in (ReadOnlySpan<(double, double)>)[(160, 160), (100, 100), (220, 220)])
        {
            var (expected, actual) = (moved.Apply(cornerX, cornerY), found.Apply(cornerX, cornerY));
            Assert.Equal(expected.X, actual.X, 0.5);
            Assert.Equal(expected.Y, actual.Y, 0.5);
        }
    }

    [Fact]
    public void Warped_frame_is_the_reference_again()
    {
        using var aligner = Create(Aligned);
        using var frame = Moved(_reference, About(160, 160, 5, 8, -6));
        using var back = NativeImage.Empty();

        aligner.Warp(frame, aligner.Find(frame), new PixelBox(100, 100, 120, 120), back);

        Assert.Equal((120, 120), (back.Width, back.Height));
        var sum = 0.0;
        for (var i = 0; i < back.Pixels.Length; i++)
        {
            var (x, y) = ((i / 3 % 120) + 100, (i / 3 / 120) + 100);
            sum += Math.Abs(back.Pixels[i] - _reference.Pixels[(3 * ((y * 320) + x)) + (i % 3)]);
        }

        // Two interpolations soften edges and noise; off by a pixel it would be several times as much.
        Assert.InRange(sum / back.Pixels.Length, 0, 4);
    }

    [Fact]
    public void Blank_belt_has_no_part()
    {
        using var aligner = Create(Aligned);
        using var gray = NativeImage.Create(320, 320, PixelFormat.Bgr24);
        gray.Pixels.Fill(77);
        using var noise = NativeImage.Create(320, 320, PixelFormat.Bgr24);
        new Random(3).NextBytes(noise.Pixels);

        foreach (var frame in (NativeImage[])[gray, noise])
        {
            var error = Assert.Throws<FrameException>(() => aligner.Find(frame));
            Assert.True(error.PartIsMissing);
            Assert.Matches(@"^part not found: similarity -?0\.[0-2]\d, expected at least 0\.60$", error.Message);
        }
    }

    [Fact]
    public void Part_whose_region_reaches_out_of_the_frame_is_refused()
    {
        using var aligner = Create(
            Aligned with { Region = [[[40, 40], [280, 40], [280, 280], [40, 280]]] });
        using var inside = Moved(_reference, About(160, 160, 0, 25, 0));
        using var outside = Moved(_reference, About(160, 160, 9, 28, 28));

        aligner.Find(inside);

        Assert.Matches(
            @"^part lies partly outside the frame: \d+ of the 1024 patches of its region do$",
            Assert.Throws<FrameException>(() => aligner.Find(outside)).Message);
    }

    [Fact]
    public void Template_that_cannot_be_found_again_is_refused()
    {
        Assert.Equal(
            "geometry.alignment.template reaches to 340, 80, expected a rectangle within the frame of 320x320",
            Refused([300, 40, 40, 40], _reference));
        using var flat = NativeImage.Create(320, 320, PixelFormat.Bgr24);
        Assert.StartsWith(
            "geometry.alignment: the template is flat", Refused([30, 40, 40, 40], flat), StringComparison.Ordinal);

        string Refused(double[] template, NativeImage reference)
        {
            var info = Aligned with { Alignment = Aligned.Alignment! with { Template = template } };
            return Assert.Throws<GeometryException>(
                () => new PartAligner(info, Geometry(info), reference)).Message;
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(9, 14, -20)]
    [InlineData(-6, -25, 8)]
    public void Map_of_a_moved_part_lies_on_the_frame_that_came_in(double degrees, double x, double y)
    {
        var embedder = _stage.Embedder(160, 160, Aligned with { Region = [[[90, 90], [230, 90], [230, 230], [90, 230]]] });
        var scorer = _stage.Scorer(embedder, _reference);
        var pose = About(160, 160, degrees, x, y);
        using var frame = Moved(_reference, pose);
        var (defectX, defectY) = pose.Apply(120, 190);
        GeometryStage.Paint(frame, defectX, defectY, 8);

        embedder.Embed(frame);
        scorer.Score(embedder.Embedding);
        var map = scorer.Map();
        var peak = map.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(map));
        var width = embedder.Placement.Width;
        var (peakX, peakY) = embedder.Placement.ToFrame((peak % width) + 0.5, (peak / width) + 0.5);

        Assert.InRange(peakX, defectX - 6, defectX + 6);
        Assert.InRange(peakY, defectY - 6, defectY + 6);
    }

    public void Dispose()
    {
        _reference.Dispose();
        _stage.Dispose();
    }

    private static Pose About(double centerX, double centerY, double degrees, double x, double y)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        return new Pose(
            cosine, -sine, centerX + x - (cosine * centerX) + (sine * centerY),
            sine, cosine, centerY + y - (sine * centerX) - (cosine * centerY));
    }

    /// <summary>The part as a camera would see it, interpolated here, so that nothing of the shim tests itself.</summary>
    private static NativeImage Moved(NativeImage image, Pose pose)
    {
        var moved = NativeImage.Create(image.Width, image.Height, PixelFormat.Bgr24);
        var from = image.Pixels;
        var to = moved.Pixels;
        for (var i = 0; i < to.Length; i++)
        {
            var (x, y) = ((i / 3 % 320) + 0.5 - pose.X, (i / 3 / 320) + 0.5 - pose.Y);
            var (sourceX, sourceY) = ((pose.XX * x) + (pose.YX * y) - 0.5, (pose.XY * x) + (pose.YY * y) - 0.5);
            var (left, top) = (Math.Clamp((int)Math.Floor(sourceX), 0, 318), Math.Clamp((int)Math.Floor(sourceY), 0, 318));
            var (a, b) = (Math.Clamp(sourceX - left, 0, 1), Math.Clamp(sourceY - top, 0, 1));
            var at = (3 * ((top * 320) + left)) + (i % 3);
            to[i] = (byte)Math.Round(
                ((1 - b) * (((1 - a) * from[at]) + (a * from[at + 3])))
                + (b * (((1 - a) * from[at + 960]) + (a * from[at + 963]))));
        }

        return moved;
    }

    private static NativeImage Part(SimulatedLineOptions line, long index)
    {
        var image = NativeImage.Create(line.Width, line.Height, PixelFormat.Bgr24);
        SimulatedPart.Describe(line, index, DefectKind.None).Render(image);
        return image;
    }

    private static FrameGeometry Geometry(GeometryInfo info) =>
        FrameGeometry.Create(info, (64, 64), (32, 32), (320, 320));

    private PartAligner Create(GeometryInfo info) => new(info, Geometry(info), _reference);
}
