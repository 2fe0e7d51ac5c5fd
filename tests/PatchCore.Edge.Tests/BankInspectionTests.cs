using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests;

public sealed class BankInspectionTests(SimulatedBundle trained) : IClassFixture<SimulatedBundle>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Frames_are_listed_with_what_they_gave_and_how_far_they_are()
    {
        var bundle = Bundle.Open(trained.Directory);
        var origins = BankOrigins.Read(bundle)!;

        var report = Inspect(new BankInspectionOptions { BundleDirectory = trained.Directory, Patches = 3 });

        Assert.Empty(report.Notes());
        Assert.Equal(ImageFolder.List(trained.Good), report.Frames.Select(frame => frame.File));
        Assert.Equal(ImageFolder.List(trained.Good), report.Frames.Select(frame => frame.Found));
        Assert.Equal(
            Enumerable.Range(0, SimulatedBundle.GoodParts).Select(i => origins.FrameOf.Count(frame => frame == i)),
            report.Frames.Select(frame => frame.Vectors));
        // The index rounds otherwise than the coreset.
        Assert.Equal(bundle.Manifest.Coreset.CoverageRadius, report.Frames.Max(frame => frame.Farthest)!.Value, 0.01f);
        Assert.Equal(report.Frames.Max(frame => frame.Farthest), report.Farthest[0].Distance);
    }

    [Fact]
    public void Patches_are_shown_where_they_are_with_the_vector_nearest_to_them()
    {
        var report = Inspect(new BankInspectionOptions { BundleDirectory = trained.Directory, Patches = 3 });

        using var model = trained.Load();
        Assert.Equal((3, 3, 3), (report.Farthest.Count, report.Nearest.Count, report.Outlying.Count));
        Assert.Equal(report.Farthest.OrderByDescending(view => view.Distance), report.Farthest);
        Assert.Equal(report.Nearest.OrderBy(view => view.Distance), report.Nearest);
        Assert.True(report.Nearest[0].Distance < report.Farthest[0].Distance);
        foreach (var view in report.Farthest.Concat(report.Nearest).Concat(report.Outlying))
        {
            var (a, b) = (VectorAt(model, view.Patch), VectorAt(model, view.Match!));
            var distance = Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum());
            Assert.Equal(distance, view.Distance, 0.01);
            Assert.True(distance > 0);
        }
    }

    [Fact]
    public void Outlying_vectors_are_those_whose_nearest_other_is_farthest()
    {
        var report = Inspect(new BankInspectionOptions { BundleDirectory = trained.Directory, Patches = 1 });

        using var model = trained.Load();
        var vectors = Enumerable.Range(0, model.Index.Count).Select(i =>
        {
            var vector = new float[model.Index.Dimension];
            model.Index.Vector(i, vector);
            return vector;
        }).ToArray();
        var loneliest = vectors.AsParallel().Max(a => vectors.Min(b => ReferenceEquals(a, b)
            ? double.MaxValue
            : System.Numerics.Tensors.TensorPrimitives.Distance<float>(a, b)));
        Assert.Equal(loneliest, report.Outlying[0].Distance, 0.01);
    }

    [Fact]
    public void Frame_that_is_missing_is_named_until_it_is_said_where_it_is()
    {
        var bundle = MovedBundle();

        var report = Inspect(new BankInspectionOptions { BundleDirectory = bundle, Patches = 20 });
        var found = Inspect(new BankInspectionOptions
        {
            BundleDirectory = bundle,
            GoodDirectory = trained.Good,
            Patches = 20,
        });

        Assert.Null(report.Frames[2].Found);
        Assert.Null(report.Frames[2].Farthest);
        Assert.StartsWith(
            "1 of 12 good frames are not where they were", Assert.Single(report.Notes()), StringComparison.Ordinal);
        Assert.Equal(SimulatedBundle.GoodParts - 1, report.Farthest.Count);
        Assert.Equal(Path.Combine(trained.Good, "002.png"), found.Frames[2].Found);
        Assert.Equal(SimulatedBundle.GoodParts, found.Farthest.Count);
        Assert.Empty(found.Notes());
    }

    [Fact]
    public void Bundle_without_origins_is_told()
    {
        var bundle = MovedBundle();
        var opened = Bundle.Open(bundle);
        BundleWriter.Revise(opened, opened.Manifest, staging => File.Delete(Path.Combine(staging, "origins.json")));

        var report = Inspect(new BankInspectionOptions { BundleDirectory = bundle, Patches = 3 });

        Assert.Equal(
            "The bundle has no origins.json: it does not say which frames its bank comes from.",
            Assert.Single(report.Notes()));
        Assert.Empty(report.Farthest);
    }

    private static BankInspectionReport Inspect(BankInspectionOptions options) =>
        BankInspection.Run(options, new SilentProgress(), CancellationToken.None);

    /// <summary>The embedding of the cell that an outline is around.</summary>
    private static float[] VectorAt(InspectionModel model, PatchPlace place)
    {
        using var embedder = FrameEmbedder.Of(model.Bundle, model.Session);
        using var image = NativeImage.Read(place.File);
        embedder.Embed(image);
        var (x, y) = (place.Outline.Average(corner => corner.X), place.Outline.Average(corner => corner.Y));
        var (width, height) = ((double)image.Width / embedder.GridWidth, (double)image.Height / embedder.GridHeight);
        var (column, row) = ((int)(x / width), (int)(y / height));
        Assert.Equal((column * width, row * height), place.Outline[0]);
        Assert.Equal(((column + 1) * width, (row + 1) * height), place.Outline[2]);
        return embedder.Embedding
            .Slice(((row * embedder.GridWidth) + column) * embedder.Dimension, embedder.Dimension).ToArray();
    }

    /// <summary>A copy of the bundle whose frame 2 is not where it was.</summary>
    private string MovedBundle()
    {
        var place = _folder["bundle"];
        foreach (var file in Directory.GetFiles(trained.Directory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(place, Path.GetRelativePath(trained.Directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var bundle = Bundle.Open(place);
        var origins = BankOrigins.Read(bundle)!;
        var frames = origins.Frames.ToArray();
        frames[2] = frames[2] with { File = "/gone/002.png" };
        BundleWriter.Revise(bundle, bundle.Manifest, staging =>
            (origins with { Frames = frames }).Write(Path.Combine(staging, Bundle.OriginsName)));
        return place;
    }
}
