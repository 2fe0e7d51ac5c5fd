using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Commands;

/// <summary>What people give to <c>train</c> by mistake: told in one line, with nothing written.</summary>
public sealed class BadInputTests(TrainedBundle trained) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0, 40, 40, "{good}: found 0 pictures, expected at least 5 of good parts")]
    [InlineData(1, 40, 40, "{good}: found 1 picture, expected at least 5 of good parts")]
    [InlineData(6, 1, 1, "{good}/0.png: the frame has 1x1 pixels, expected at least 2x2")]
    public async Task Pictures_that_nothing_can_be_learned_from_are_refused(
        int count, int width, int height, string expected)
    {
        WriteGood(count, width, height);

        await AssertRefusedAsync(expected);
    }

    [Fact]
    public async Task Text_files_that_are_named_as_pictures_are_refused()
    {
        WriteGood(0, 1, 1);
        for (var i = 0; i < 6; i++)
            await File.WriteAllTextAsync(_folder[$"good/{i}.png"], "hello");

        await AssertRefusedAsync(
            "{good}: 1 of 6 pictures cannot be used, at most 0 may be: cannot decode image '{good}/0.png': damaged, "
            + "or not an image format that is known here (5 bytes)");
    }

    [Theory]
    [InlineData("""{ "resize": "fit" }""")]
    [InlineData("""{ "region": [[[0, 0], [40, 0], [40, 40]]] }""")]
    [InlineData("""{ "tiling": { "size": 20 } }""")]
    public async Task Mixed_sizes_are_refused_where_the_geometry_needs_one(string geometry)
    {
        WriteGood(6, 40, 40);
        using (var other = NativeImage.Create(60, 40, PixelFormat.Bgr24))
            other.Write(_folder["good/3.png"]);

        await AssertRefusedAsync(
            "{good}/3.png: the frame has 60x40 pixels, expected 40x40 as the geometry was drawn on",
            Recipe(geometry));
    }

    [Fact]
    public async Task Mixed_sizes_are_noted_where_every_frame_is_stretched()
    {
        WriteGood(6, 40, 40);
        using (var other = NativeImage.Read(_folder["good/3.png"]))
        using (var wide = NativeImage.Empty())
        {
            ImageOperations.Place(other, (0, 0, 40, 40), 60, 40, (0, 0, 60, 40), wide);
            wide.Write(_folder["good/3.png"]);
        }

        var (code, output, errors) = await TrainAsync(_folder["bundle"]);

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains(
            "note: the good frames have 2 sizes, from 40x40 to 60x40; each was stretched, and frames of any size will "
                + "be inspected\n"
                + "hint: 6 good frames are few; the section 'augmentation' of a recipe adds varied copies of them "
                + "(config/README.md)\n",
            output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{ "region": [[[2, 2], [90, 2], [90, 30]]] }""",
        "geometry.region[0] has the point [90, 2], expected points within the frame of 40x40")]
    [InlineData(
        """{ "ignore": [[[0, 0], [40, 0], [40, 40], [0, 40]]] }""",
        "geometry: nothing is left to inspect: none of the 8x8 patches has its center in the region and outside of "
            + "what is ignored")]
    public async Task Region_that_cannot_be_inspected_is_refused(string geometry, string expected)
    {
        WriteGood(6, 40, 40);

        await AssertRefusedAsync("{good}/0.png: " + expected, Recipe(geometry));
    }

    [Theory]
    [InlineData("file", "{folder}/file: is a file, expected a bundle's directory or nothing")]
    [InlineData("file/below", "{folder}/file/below: {folder}/file is a file, expected a directory")]
    [InlineData(
        "good", "{folder}/good: has files but no manifest.json: it is not a model bundle and is not overwritten")]
    public async Task Place_where_no_bundle_can_be_is_refused_before_anything_is_learned(string place, string expected)
    {
        WriteGood(6, 40, 40);
        _folder.Write("file", "mine");

        await AssertRefusedAsync(expected, [], place);

        Assert.Equal("mine", await File.ReadAllTextAsync(_folder["file"]));
    }

    public void Dispose() => _folder.Dispose();

    private string[] Recipe(string geometry) =>
        ["--recipe", _folder.Write("recipe.json", $$"""{ "geometry": {{geometry}} }""")];

    private void WriteGood(int count, int width, int height)
    {
        Directory.CreateDirectory(_folder["good"]);
        for (var i = 0; i < count; i++)
        {
            using var image = NativeImage.Create(width, height, PixelFormat.Bgr24);
            new Random(i).NextBytes(image.Pixels);
            image.Write(_folder[$"good/{i}.png"]);
        }
    }

    private Task<(int Code, string Output, string Errors)> TrainAsync(string target, params string[] more) =>
        HostProcess.RunAsync([
            "train", "--good", _folder["good"], "--out", target, "--backbone", trained.Backbone, "--size", "64",
            .. more,
        ]);

    private async Task AssertRefusedAsync(string expected, string[]? more = null, string place = "bundle")
    {
        var before = Files();

        var (code, output, errors) = await TrainAsync(_folder[place], more ?? []);

        expected = expected.Replace("{good}", _folder["good"], StringComparison.Ordinal)
            .Replace("{folder}", _folder.Path, StringComparison.Ordinal);
        Assert.Equal((1, $"patchcore-edge: {expected}\n"), (code, errors));
        Assert.DoesNotContain("coreset", output, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    private string[] Files() =>
    [
        .. Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal),
    ];
}
