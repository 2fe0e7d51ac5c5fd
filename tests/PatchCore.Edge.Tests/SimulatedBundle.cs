using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Tests.Embeddings;

namespace PatchCore.Edge.Tests;

/// <summary>
/// A small data set of the simulated line, and a bundle trained on its good parts; made once for a class of tests.
/// </summary>
public sealed class SimulatedBundle : IDisposable
{
    public const int GoodParts = 12;
    public const int Side = 224;

    private readonly TemporaryFolder _folder = new();

    public SimulatedBundle()
    {
        Dataset = _folder["line"];
        SimulatedDataset.Write(
            Dataset, new SimulatedDatasetOptions { TrainGood = GoodParts, TestGood = 6, TestEachDefect = 2 });
        Backbone = _folder["mobilenetv2.onnx"];
        BackboneImporter.ImportTensorFlowJs(PretrainedWeights.ModelJson, Backbone, ["6", "12"]);
        Report = Training.Run(Options, new SilentProgress(), CancellationToken.None);
    }

    public string Dataset { get; }

    public string Backbone { get; }

    public TrainingReport Report { get; }

    public string Directory => Report.BundleDirectory;

    public string Good => Path.Combine(Dataset, "train", "good");

    public TrainingOptions Options => new()
    {
        GoodDirectory = Good,
        BundleDirectory = _folder["bundle"],
        BackbonePath = Backbone,
        Width = Side,
        Height = Side,
    };

    public InspectionModel Load() => InspectionModel.Load(Directory, new ExecutionOptions());

    /// <summary>A read of the first good part's picture.</summary>
    public Func<Frame, CancellationToken, bool> Picture(string? partId) => (frame, _) =>
    {
        frame.Prepare().ReadInto(Path.Combine(Good, "000.png"));
        frame.PartId = partId;
        return true;
    };

    public void Dispose() => _folder.Dispose();
}

internal static class SimulatedBundleLines
{
    /// <summary>A line that inspects a source's frames by the bundle; not started.</summary>
    public static InspectionLine Line(
        this SimulatedBundle trained, IFrameSource source, PipelineOptions options, TimeProvider clock,
        CameraOptions? camera = null) => new(trained.Load(), source, options, clock, camera);
}

internal sealed class SilentProgress : ITrainingProgress
{
    public void Report(string stage, long done, long total)
    {
    }
}
