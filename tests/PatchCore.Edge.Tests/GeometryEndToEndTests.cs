using System.Numerics.Tensors;
using PatchCore.Edge.Bundles;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Tests.Embeddings;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

/// <summary>
/// Recipes as a line would use them, from good frames to the map, with the backbone that the program comes with: a
/// defect shows on the frame pixel where it is.
/// </summary>
public sealed class GeometryEndToEndTests : IDisposable
{
    private const int Width = 360;
    private const int Height = 240;
    private const int DefectSide = 18;

    private static readonly double[][][] Hexagon =
        [[[70, 40], [290, 40], [340, 120], [290, 210], [70, 210], [30, 120]]];

    private static readonly (double X, double Y)[] Places =
        [(180, 120), (121, 77), (240, 163), (100, 150), (262, 100), (177, 70)];

    private readonly TemporaryFolder _folder = new();
    private readonly string _backbone;
    private readonly string _good;

    public GeometryEndToEndTests()
    {
        _backbone = _folder["mobilenetv2.onnx"];
        BackboneImporter.ImportTensorFlowJs(PretrainedWeights.ModelJson, _backbone, ["6", "12"]);
        _good = Directory.CreateDirectory(_folder["good"]).FullName;
        for (var i = 0; i < 6; i++)
        {
            using var frame = Frame(i);
            frame.Write(Path.Combine(_good, $"{i}.png"));
        }
    }

    public static TheoryData<string> Kinds => ["stretch", "fit", "tiles", "tiles-fit", "region", "region-fit", "gray"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Map_peaks_within_a_patch_of_the_defect(string kind)
    {
        using var model = Train(Named(kind));
        using var inspector = model.CreateInspector();
        foreach (var (x, y) in Places)
        {
            using var frame = Frame(50, kind == "gray");
            Paint(frame, x, y, DefectSide);

            AssertPeak(inspector, frame, x, y);
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(7, 12, -10)]
    [InlineData(-5, -14, 9)]
    public void Map_of_a_moved_part_peaks_within_a_patch_of_the_defect(double degrees, double x, double y)
    {
        using var model = Train(new GeometryInfo
        {
            Region = [[[80, 50], [280, 50], [280, 190], [80, 190]]],
            Alignment = new AlignmentInfo { Template = [110, 60, 140, 120], SearchPixels = 24, SearchDegrees = 10 },
        });
        using var inspector = model.CreateInspector();
        using var part = Frame(50);
        Span<double> toPart = stackalloc double[6];
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        foreach (var (placeX, placeY) in Places[..3])
        {
            // Turned about the frame's center and shifted: back from a point of the frame to one of the part.
            (toPart[0], toPart[1], toPart[3], toPart[4]) = (cosine, sine, -sine, cosine);
            toPart[2] = (Width / 2.0) - (cosine * ((Width / 2.0) + x)) - (sine * ((Height / 2.0) + y));
            toPart[5] = (Height / 2.0) + (sine * ((Width / 2.0) + x)) - (cosine * ((Height / 2.0) + y));
            using var frame = NativeImage.Empty();
            ImageOperations.Vary(part, toPart, 1, 1, frame);
            var (dx, dy) = (placeX - (Width / 2.0), placeY - (Height / 2.0));
            var (movedX, movedY) = (
                (Width / 2.0) + x + (cosine * dx) - (sine * dy), (Height / 2.0) + y + (sine * dx) + (cosine * dy));
            Paint(frame, movedX, movedY, DefectSide);

            AssertPeak(inspector, frame, movedX, movedY);
        }
    }

    [Fact]
    public void Frame_without_the_part_is_an_error_with_its_reason_and_has_no_map()
    {
        using var model = Train(new GeometryInfo
        {
            Alignment = new AlignmentInfo { Template = [110, 60, 140, 120], SearchPixels = 24 },
        });
        using var inspector = model.CreateInspector();
        using var part = Frame(50);
        Assert.NotEqual(Verdict.Error, inspector.Inspect(part).Verdict);
        using var blank = NativeImage.Create(Width, Height, PixelFormat.Bgr24);

        var inspection = inspector.Inspect(blank);

        Assert.Equal(
            (Verdict.Error, "part not found: similarity 0.00, expected at least 0.60"),
            (inspection.Verdict, inspection.Reason));
        Assert.Throws<InvalidOperationException>(() => inspector.Map());
    }

    [Theory]
    [InlineData("region")]
    [InlineData("region-fit")]
    [InlineData("region-tiles")]
    public void What_is_not_inspected_changes_no_bit_of_score_and_map(string kind)
    {
        double[][][] ignore = [[[150, 90], [215, 95], [200, 150], [160, 140]]];
        using var model = Train(Named(kind) with { Ignore = ignore });
        using var inspector = model.CreateInspector();
        using var frame = Frame(50);
        Paint(frame, 110, 100, DefectSide);
        var expected = inspector.Inspect(frame).Score;
        var map = inspector.Map().ToArray();
        Assert.True(expected.Score > 0);
        var random = new Random(1);
        for (var i = 0; i < frame.Pixels.Length; i++)
        {
            var (x, y) = ((i / 3 % Width) + 0.5, (i / 3 / Width) + 0.5);
            if (!Polygons.Contain(Hexagon, x, y) || Polygons.Contain(ignore, x, y))
                frame.Pixels[i] = (byte)random.Next(256);
        }

        var found = inspector.Inspect(frame);

        Assert.Equal(expected, found.Score);
        Assert.Equal(map, inspector.Map().ToArray());
    }

    [Fact]
    public void Map_of_a_good_frame_shows_no_seams_of_its_tiles()
    {
        using var model = Train(new GeometryInfo { Tiling = new TilingInfo { Size = 90, Overlap = 15 } });
        using var inspector = model.CreateInspector();
        using var frame = Frame(50);
        inspector.Inspect(frame);
        var map = inspector.Map();
        var width = inspector.Placement.Width;
        var steps = new double[width];
        var height = map.Length / width;
        for (var x = 1; x < width; x++)
        {
            for (var y = 0; y < height; y++)
                steps[x] += Math.Abs(map[(y * width) + x] - map[(y * width) + x - 1]) / height;
        }

        // A seam would be a column where the map jumps in every row.
        var usual = steps[1..].Average();
        Assert.Equal(4 * 128, width);
        Assert.InRange(steps.Max(), usual, 3 * usual);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertPeak(Inspector inspector, NativeImage frame, double x, double y)
    {
        var inspection = inspector.Inspect(frame);
        Assert.Null(inspection.Reason);
        var map = inspector.Map();
        var placement = inspector.Placement;
        var peak = map.IndexOf(TensorPrimitives.Max(map));
        var (foundX, foundY) = placement.ToFrame((peak % placement.Width) + 0.5, (peak / placement.Width) + 0.5);
        // Patches are 8 pixels of the canvas wide, which are as many map pixels here.
        var (cellX, cellY) = (8 * Math.Abs(placement.XX), 8 * Math.Abs(placement.YY));
        Assert.InRange(foundX, x - cellX, x + cellX);
        Assert.InRange(foundY, y - cellY, y + cellY);
    }

    private InspectionModel Train(GeometryInfo geometry)
    {
        var options = new TrainingOptions
        {
            GoodDirectory = _good,
            BundleDirectory = _folder["bundle"],
            BackbonePath = _backbone,
            Width = 128,
            Height = 128,
            CoresetRatio = 0.2,
            // Images of about half the usual size, and half the usual smoothing.
            Scoring = ScoreOptions.Default,
            Recipe = new Recipe { Geometry = geometry },
        };
        Training.Run(options, new SilentProgress(), CancellationToken.None);
        return InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
    }

    private static GeometryInfo Named(string kind) => new()
    {
        Resize = kind.EndsWith("fit", StringComparison.Ordinal) ? "fit" : "stretch",
        Region = kind.StartsWith("region", StringComparison.Ordinal) ? Hexagon : [],
        Tiling = kind.Contains("tiles", StringComparison.Ordinal) ? new TilingInfo { Size = 130, Overlap = 30 } : null,
    };

    /// <summary>A printed sheet: shapes that all frames share, with a little noise of its own.</summary>
    private static NativeImage Frame(int seed, bool isGray = false)
    {
        var image = NativeImage.Create(Width, Height, isGray ? PixelFormat.Gray8 : PixelFormat.Bgr24);
        var random = new Random(seed);
        var channels = isGray ? 1 : 3;
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            var (x, y) = (i / channels % Width, i / channels / Width);
            var print = (35 * Math.Sin((x * 0.07) + (y * 0.011))) + (30 * Math.Cos((y * 0.09) - (x * 0.023)))
                + (20 * Math.Sin(x * y * 0.0011));
            image.Pixels[i] = (byte)(110 + print + random.Next(-6, 7));
        }

        return image;
    }

    private static void Paint(NativeImage image, double x, double y, int side)
    {
        var channels = image.Format == PixelFormat.Gray8 ? 1 : 3;
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            var (pixelX, pixelY) = ((i / channels % Width) + 0.5, (i / channels / Width) + 0.5);
            if (Math.Abs(pixelX - x) <= side / 2.0 && Math.Abs(pixelY - y) <= side / 2.0)
                image.Pixels[i] = 255;
        }
    }
}
