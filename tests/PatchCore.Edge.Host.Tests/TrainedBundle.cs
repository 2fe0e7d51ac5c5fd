using System.Reflection;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Tests;

/// <summary>
/// A backbone, a small data set of the simulated line and a bundle trained on it; made once for a class of tests.
/// </summary>
public sealed class TrainedBundle : IDisposable
{
    private const string Weights = "npm/codait-max-image-segmenter-0.3.0/package/model/model.json";

    private readonly TemporaryFolder _folder = new();

    public TrainedBundle()
    {
        var cache = typeof(TrainedBundle).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "PatchCoreCache").Value!;
        BackboneImporter.ImportTensorFlowJs(Path.Combine(cache, Weights), Backbone, ["6", "12"]);
        SimulatedDataset.Write(
            Dataset, new SimulatedDatasetOptions { TrainGood = 12, TestGood = 2, TestEachDefect = 1 });
        Training.Run(
            new TrainingOptions
            {
                GoodDirectory = Path.Combine(Dataset, "train", "good"),
                BundleDirectory = Bundle,
                BackbonePath = Backbone,
                Width = 128,
                Height = 128,
                CoresetRatio = 0.05,
            },
            new Silence(),
            CancellationToken.None);
    }

    public string Backbone => Path.Combine(_folder.Path, "mobilenetv2.onnx");

    public string Dataset => Path.Combine(_folder.Path, "line");

    public string Bundle => Path.Combine(_folder.Path, "bundle");

    public string Write(string name, string text) => _folder.Write(name, text);

    public void Dispose() => _folder.Dispose();

    internal sealed class Silence : ITrainingProgress
    {
        public void Report(string stage, long done, long total)
        {
        }
    }
}
