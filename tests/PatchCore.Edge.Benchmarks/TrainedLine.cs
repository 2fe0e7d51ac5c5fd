using System.Reflection;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Benchmarks;

/// <summary>
/// A model of the simulated line's good parts, trained anew in a folder of its own with the default backbone.
/// </summary>
internal sealed class TrainedLine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("patchcore-bench-");
    private readonly SimulatedLineOptions _options = new() { Seed = 1 };

    public TrainedLine(int goodParts = 40)
    {
        SimulatedDataset.Write(
            _folder.FullName,
            new SimulatedDatasetOptions { Line = _options, TrainGood = goodParts, TestGood = 0, TestEachDefect = 0 });
        var bundle = Path.Combine(_folder.FullName, "bundle");
        Training.Run(
            new TrainingOptions
            {
                GoodDirectory = Path.Combine(_folder.FullName, "train", "good"),
                BundleDirectory = bundle,
                BackbonePath = Path.Combine(Cache, "backbones", "mobilenetv2.onnx"),
            },
            new Silent(),
            CancellationToken.None);
        Model = InspectionModel.Load(bundle, new ExecutionOptions());
    }

    public InspectionModel Model { get; }

    private static string Cache =>
        typeof(TrainedLine).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "PatchCoreCache").Value!;

    public NativeImage Frame(long index)
    {
        var image = NativeImage.Create(_options.Width, _options.Height, PixelFormat.Bgr24);
        SimulatedPart.Describe(_options, index).Render(image);
        return image;
    }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Delete(recursive: true);
    }

    private sealed class Silent : ITrainingProgress
    {
        public void Report(string stage, long done, long total)
        {
        }
    }
}
