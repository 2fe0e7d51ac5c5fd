using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests;

/// <summary>What cannot be added to a bank; the bundle stays as it is.</summary>
public sealed class BankUpdateRefusalTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>, IDisposable
{
    private readonly LabeledParts _parts = new(trained);

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void Bank_beyond_its_cap_is_refused()
    {
        var options = _parts.Options();
        var was = Bundle.Open(options.BundleDirectory).Manifest;

        var error = LabeledParts.Refused(options with { MostVectors = was.Index.Count - 1 });

        Assert.Equal(
            $"{options.BundleDirectory}: the memory bank has {was.Index.Count} vectors, "
                + $"expected at most {was.Index.Count - 1}: none can be added",
            error.Message);
    }

    [Fact]
    public void Folder_without_pictures_is_refused()
    {
        var options = _parts.Options() with { GoodDirectory = _parts.EmptyFolder };

        Assert.Equal(
            $"{options.GoodDirectory}: found no pictures, expected .png .jpg .jpeg .bmp .tif .tiff",
            LabeledParts.Refused(options).Message);
    }

    [Fact]
    public void Folder_without_a_readable_picture_is_refused()
    {
        var options = _parts.Options() with { GoodDirectory = _parts.EmptyFolder };
        File.WriteAllText(Path.Combine(options.GoodDirectory, "a.png"), "no picture");

        var error = LabeledParts.Refused(options);

        Assert.Contains("1 of 1 pictures cannot be used, at most 0 may be", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frame_of_another_size_than_the_geometry_expects_is_refused()
    {
        var options = _parts.Options();
        var first = NativeImage.Read(ImageFolder.List(trained.Good)[0]);
        var (width, height) = (first.Width, first.Height);
        first.Dispose();
        _parts.Train(options, new GeometryInfo { Region = [[[0, 0], [width, 0], [width, height / 2], [0, height / 2]]] });
        using (var odd = NativeImage.Create(width + 1, height, PixelFormat.Bgr24))
            odd.Write(Path.Combine(options.GoodDirectory, "odd.png"));

        var error = LabeledParts.Refused(options);

        Assert.Contains("odd.png: cannot be added: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{width + 1}x{height}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_in_which_no_part_is_found_are_named()
    {
        var options = _parts.Options();
        _parts.Train(options, new GeometryInfo { Alignment = new() { Template = [40, 40, 144, 144] } });
        foreach (var file in Directory.GetFiles(options.GoodDirectory))
        {
            using var blank = NativeImage.Read(file);
            blank.Pixels.Clear();
            blank.Write(file);
        }

        var error = LabeledParts.Refused(options);

        Assert.Contains("pictures cannot be used", error.Message, StringComparison.Ordinal);
        Assert.Contains("part", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embedding_that_is_not_finite_is_refused()
    {
        var options = _parts.Options();
        using var model = InspectionModel.Load(options.BundleDirectory, new ExecutionOptions());
        var preprocessing = model.Bundle.Manifest.Preprocessing with { Scale = 3e38f };
        using var embedder = new FrameEmbedder(model.Session, Preprocessing.From(preprocessing));

        var error = Assert.Throws<TrainingException>(() => AddedFrames.Embed(
            options, embedder, null, new SilentProgress(), CancellationToken.None));

        Assert.Contains("000.png: cannot be added: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("a value that is not finite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bundle_that_scores_its_golden_images_differently_is_refused()
    {
        var options = _parts.Options();
        var bundle = Bundle.Open(options.BundleDirectory);
        var golden = Array.ConvertAll(bundle.Manifest.GoldenImages, g => g with { Score = g.Score + 100 });
        BundleWriter.Revise(bundle, bundle.Manifest with { GoldenImages = golden });

        var error = Assert.Throws<BundleException>(
            () => BankUpdate.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Contains("golden/000.png scores", error.Message, StringComparison.Ordinal);
    }
}
