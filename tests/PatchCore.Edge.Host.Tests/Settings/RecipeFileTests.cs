using PatchCore.Edge.Bundles;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Scores;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Tests.Settings;

public sealed class RecipeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Recipe_with_every_key_is_read_as_written()
    {
        var recipe = Read("""
            {
              "geometry": {
                "resize": "fit",
                "frame": { "width": 640, "height": 480 },
                "region": [[[10, 20], [600.5, 20], [600, 400]]],
                "ignore": [[[50, 60], [70, 60], [70, 80]]],
                "tiling": { "size": 256, "overlap": 32 },
                "alignment": {
                  "template": [100, 110, 64, 48], "searchPixels": 20, "searchDegrees": 5, "minSimilarity": 0.7,
                  "reference": "good.png"
                },
                "depth": { "black": 64, "white": 4095 }
              }
            }
            """).Geometry;

        Assert.Equal("fit", recipe.Resize);
        Assert.Equal((640, 480), (recipe.Frame!.Width, recipe.Frame.Height));
        Assert.Equal([600.5, 20], recipe.Region[0][1]);
        Assert.Equal([70, 80], recipe.Ignore[0][2]);
        Assert.Equal((256.0, 32.0), (recipe.Tiling!.Size, recipe.Tiling.Overlap));
        Assert.Equal([100, 110, 64, 48], recipe.Alignment!.Template);
        Assert.Equal(
            (20.0, 5.0, 0.7),
            (recipe.Alignment.SearchPixels, recipe.Alignment.SearchDegrees, recipe.Alignment.MinSimilarity));
        Assert.Equal(Path.Combine(_folder.Path, "good.png"), recipe.Alignment.Reference);
        Assert.Equal((64, 4095), (recipe.Depth!.Black, recipe.Depth.White));
    }

    [Fact]
    public void Augmentation_with_every_key_is_read_as_written() => Assert.Equal(
        new AugmentationInfo
        {
            Copies = 6,
            RotationDegrees = 2.5,
            ShiftPixels = 4,
            FlipHorizontal = true,
            FlipVertical = true,
            Brightness = 0.1,
            Contrast = 0.05,
        },
        Read("""
            { "augmentation": {
              "copies": 6, "rotationDegrees": 2.5, "shiftPixels": 4, "flipHorizontal": true, "flipVertical": true,
              "brightness": 0.1, "contrast": 0.05 } }
            """).Augmentation);

    [Theory]
    [InlineData(
        """{ "copies": 3 }""",
        "augmentation varies nothing, expected rotationDegrees, shiftPixels, flipHorizontal, flipVertical, brightness "
            + "or contrast")]
    [InlineData(
        """{ "copies": 2, "flipVertical": true }""",
        "augmentation.copies is 2, expected at most 1: flips give no more")]
    [InlineData(
        """{ "rotationDegree": 3 }""",
        "augmentation.copies is missing, expected a whole number from 1 to 64 (copies of each good frame)",
        "augmentation.rotationDegree is an unknown key; did you mean rotationDegrees?")]
    [InlineData(
        """{ "copies": 2, "shiftPixels": 1 }, "geometry": { "alignment": { "template": [0, 0, 32, 32] } }""",
        "augmentation.rotationDegrees, shiftPixels and flips are undone by geometry.alignment, expected other keys "
            + "alone")]
    public void Augmentation_that_cannot_be_is_refused(string augmentation, params string[] faults) =>
        AssertFaults($$"""{ "augmentation": {{augmentation}} }""", faults);

    [Fact]
    public void Scoring_and_calibration_are_read_as_written()
    {
        var recipe = Read("""
            {
              "scoring": { "reweighting": "seed", "neighbors": 5, "sigma": 2.5, "upsampling": "nearest" },
              "calibration": { "falseRejectRate": 0.005, "confidence": 0.9, "extrapolate": true, "frames": 400 }
            }
            """);

        Assert.Equal(
            new ScoreOptions(Reweighting.Seed, 5, 2.5, MapUpsampling.Nearest),
            recipe.Scoring.Over(TrainingOptions.DefaultScoring));
        Assert.Equal(
            new CalibrationOptions { FalseRejectRate = 0.005, Confidence = 0.9, Extrapolate = true, Frames = 400 },
            recipe.Calibration);
    }

    [Fact]
    public void Scoring_and_calibration_that_are_left_out_are_as_usual()
    {
        var recipe = Read("""{ "scoring": { "sigma": 3 }, "calibration": { "falseRejectRate": 0.02 } }""");

        Assert.Equal(
            TrainingOptions.DefaultScoring with { Sigma = 3 }, recipe.Scoring.Over(TrainingOptions.DefaultScoring));
        Assert.Equal(new CalibrationOptions { FalseRejectRate = 0.02 }, recipe.Calibration);
        Assert.Equal(0.95, recipe.Calibration.Confidence);
    }

    [Fact]
    public void Faults_of_scoring_and_calibration_are_reported()
    {
        AssertFaults(
            """
            {
              "scoring": { "reweighting": "best", "neighbors": 0 },
              "calibration": { "falseRejectRate": 0.7, "confidence": 95 }
            }
            """,
            "scoring.reweighting found 'best', expected one of none, paper, seed",
            "scoring.neighbors found '0', expected a whole number from 1 to 1000 (neighbors of the worst patch that reweighting looks at)",
            "calibration.falseRejectRate found '0.7', expected a number from 0.00001 to 0.5 (share of good parts that may be rejected; mean + 3 deviations of good frames unless set)",
            "calibration.confidence found '95', expected a number from 0.5 to 0.9999 (how sure that rate is to be kept)");
        AssertFaults(
            """{ "calibration": { "extrapolate": true } }""",
            "calibration.extrapolate is set, expected a calibration.falseRejectRate with it");
    }

    [Fact]
    public void Keys_that_are_left_out_have_their_defaults()
    {
        var recipe = Read("""{ "geometry": { "alignment": { "template": [0, 0, 32, 32] } } }""").Geometry;

        Assert.Equal("stretch", recipe.Resize);
        Assert.Empty(recipe.Region);
        Assert.Null(recipe.Tiling);
        Assert.Equal(0.6, recipe.Alignment!.MinSimilarity);
    }

    [Fact]
    public void All_faults_of_the_schema_are_reported_at_once() => AssertFaults(
        """
        {
          "geometri": {},
          "geometry": { "resize": "crop", "tiling": { "sice": 3 }, "region": [[[1, "a"]]], "depth": { "white": 1e9 } }
        }
        """,
        "geometry.resize found 'crop', expected one of stretch, fit",
        "geometry.region.0.0.1 found 'a', expected a number from -32768 to 32767",
        "geometry.tiling.size is missing, expected a number from 16 to 32767 (width of a tile in frame pixels)",
        "geometry.tiling.sice is an unknown key; did you mean size?",
        "geometry.depth.white found '1e9', expected a whole number from 0 to 65535",
        "geometri is an unknown key; did you mean geometry?");

    [Fact]
    public void All_faults_of_the_geometry_are_reported_at_once() => AssertFaults(
        """
        {
          "geometry": {
            "region": [[[0, 0], [10, 0]], [[0, 0], [5, 5], [10, 10]], [[0, 0], [10, 10], [10, 0], [0, 10]]],
            "ignore": [[[0], [1, 2], [3, 4]]],
            "tiling": { "size": 64, "overlap": 40 },
            "alignment": { "template": [1, 2, 3] },
            "depth": { "black": 9, "white": 8 }
          }
        }
        """,
        "geometry.region[0] has 2 points, expected 3 or more",
        "geometry.region[1] has an area of 0 pixels, expected 1 or more",
        "geometry.region[2] crosses itself: the edge at [0, 0] and the one at [10, 0]",
        "geometry.ignore[0] has a point that is no pair of numbers, expected points [x, y]",
        "geometry.tiling.overlap is 40, expected 0 to half the size, 32",
        "geometry.alignment.template is [1, 2, 3], expected x, y, width, height in frame pixels, 16 wide and high or more",
        "geometry.depth is 9 to 8, expected black below white, both 0 to 65535");

    [Fact]
    public void File_that_is_missing_or_no_json_is_named()
    {
        var missing = Path.Combine(_folder.Path, "missing.json");
        Assert.Contains(
            $"{missing}: 1 error\n  there is no such recipe",
            Assert.Throws<SettingsException>(() => RecipeFile.Read(missing)).Message, StringComparison.Ordinal);
        Assert.Contains("recipe.json", Assert.Throws<SettingsException>(() => Read("{")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Example_of_the_configuration_folder_is_read() => Assert.Single(
        RecipeFile.Read(Path.Combine(AppContext.BaseDirectory, "config", "recipe.json")).Geometry.Region);

    public void Dispose() => _folder.Dispose();

    private void AssertFaults(string json, params string[] expected) =>
        Assert.Equal(expected, Assert.Throws<SettingsException>(() => Read(json)).Errors);

    private Recipe Read(string json)
    {
        var path = Path.Combine(_folder.Path, "recipe.json");
        File.WriteAllText(path, json);
        return RecipeFile.Read(path);
    }
}
