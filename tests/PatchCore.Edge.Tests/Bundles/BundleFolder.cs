using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Tests.Bundles;

/// <summary>A place of its own to write bundles to, gone afterwards.</summary>
internal sealed class BundleFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Where the bundle under test goes.</summary>
    public string Target => _folder["tiles"];

    /// <summary>What lies in the folder: the bundle, and whatever a writer left beside it.</summary>
    public string[] Entries =>
        [.. new DirectoryInfo(_folder.Path).GetFileSystemInfos().Select(e => e.Name).Order(StringComparer.Ordinal)];

    public string Beside(string name) => _folder[name];

    /// <summary>Ids of the versions that are kept, newest first.</summary>
    public string[] Versions => [.. BundleVersions.Of(Target).Select(version => version.Id)];

    /// <summary>A bundle of made-up files; <paramref name="content"/> sets one apart from another.</summary>
    public Bundle Write(string content = "first") =>
        BundleWriter.Write(Target, Describe(content), staging => WriteFiles(staging, content));

    public static void WriteFiles(string staging, string content)
    {
        File.WriteAllText(Path.Combine(staging, "embedding.onnx"), $"onnx of {content}");
        File.WriteAllText(Path.Combine(staging, "bank.faiss"), $"index of {content}");
        Directory.CreateDirectory(Path.Combine(staging, "golden"));
        File.WriteAllText(Path.Combine(staging, "golden", "000.png"), $"picture of {content}");
    }

    public static Manifest Describe(string id) => new()
    {
        Id = id,
        Version = "0.1.0",
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Backbone = new() { Name = "mobilenetv2", Source = "built in", Sha256 = new string('a', 64) },
        Preprocessing = new()
        {
            Width = 224,
            Height = 224,
            Mean = [1, 1, 1],
            Std = [1, 1, 1],
            Scale = 1 / 127.5f,
            ColorOrder = "rgb",
            Interpolation = "area",
        },
        Embedding = new()
        {
            Layers = ["6", "12"],
            Input = "image",
            Output = "embedding",
            GridHeight = 28,
            GridWidth = 28,
            Dimension = 160,
        },
        Coreset = new() { Frames = 80, Patches = 62720, Count = 6272, Ratio = 0.1, Seed = 0, CoverageRadius = 18.5f },
        Index = new() { Kind = "flat-l2", Metric = "l2", Count = 6272, Dimension = 160 },
        Scoring = new() { Reweighting = "none", Neighbors = 9, Sigma = 4, Upsampling = "bilinear" },
        Calibration = new()
        {
            Threshold = 31.25f,
            Method = "mean+3std",
            HeldOutFrames = 2,
            Mean = 20,
            Std = 2,
            Min = 19,
            Max = 21,
            Scores = [19, 21],
            MapLow = 10,
            MapHigh = 40,
        },
        GoldenImages = [new() { File = "golden/000.png", Score = 20.5f }],
    };

    public void Dispose() => _folder.Dispose();
}
