using PatchCore.Edge.Bundles;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests;

/// <summary>Parts with a label on, which a bank of plain parts has not seen, and a copy of its bundle.</summary>
internal sealed class LabeledParts(SimulatedBundle trained) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A folder of its own, empty.</summary>
    public string EmptyFolder => Directory.CreateDirectory(_folder["empty"]).FullName;

    public void Dispose() => _folder.Dispose();

    /// <summary>A bundle of its own, and six parts with what none that it has seen has on it.</summary>
    public BankUpdateOptions Options(bool goneFrames = false)
    {
        var bundle = _folder["bundle"];
        foreach (var file in Directory.GetFiles(trained.Directory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(bundle, Path.GetRelativePath(trained.Directory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        if (goneFrames)
        {
            var opened = Bundle.Open(bundle);
            var origins = BankOrigins.Read(opened)!;
            var frames = origins.Frames.ToArray();
            frames[2] = frames[2] with { File = "/gone/002.png" };
            BundleWriter.Revise(opened, opened.Manifest, staging =>
                (origins with { Frames = frames }).Write(Path.Combine(staging, Bundle.OriginsName)));
        }

        var good = Directory.CreateDirectory(_folder["labeled"]).FullName;
        foreach (var file in ImageFolder.List(Path.Combine(trained.Dataset, "test", "good")))
        {
            using var image = NativeImage.Read(file);
            Label(image);
            image.Write(Path.Combine(good, Path.GetFileName(file)));
        }

        return new BankUpdateOptions { BundleDirectory = bundle, GoodDirectory = good };
    }

    private static void Label(NativeImage image)
    {
        var (width, bytes) = (image.Width, (int)image.Format);
        var pixels = image.Pixels;
        for (var y = 20; y < 70; y++)
        {
            for (var x = 20; x < 90; x++)
                pixels.Slice(((y * width) + x) * bytes, bytes).Fill((byte)((x + y) / 6 % 2 == 0 ? 10 : 245));
        }
    }

    public void Train(BankUpdateOptions options, GeometryInfo geometry) => Training.Run(
        trained.Options with
        {
            BundleDirectory = options.BundleDirectory,
            Width = 64,
            Height = 64,
            Recipe = new Recipe { Geometry = geometry },
        },
        new SilentProgress(), CancellationToken.None);

    public static TrainingException Refused(BankUpdateOptions options)
    {
        var id = Bundle.Open(options.BundleDirectory).Manifest.Id;
        var versions = BundleVersions.Of(options.BundleDirectory).Count;

        var error = Assert.Throws<TrainingException>(
            () => BankUpdate.Run(options, new SilentProgress(), CancellationToken.None));

        Assert.Equal(id, Bundle.Open(options.BundleDirectory).Manifest.Id);
        Assert.Equal(versions, BundleVersions.Of(options.BundleDirectory).Count);
        return error;
    }

    public int CountFails(InspectionModel model) =>
        ImageFolder.List(_folder["labeled"]).Count(file => IsFail(model, file));

    public static bool IsFail(InspectionModel model, string file)
    {
        using var inspector = model.CreateInspector();
        using var image = NativeImage.Read(file);
        return inspector.Inspect(image).Verdict == Verdict.Fail;
    }
}
