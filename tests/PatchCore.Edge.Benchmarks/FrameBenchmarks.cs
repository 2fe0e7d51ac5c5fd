using BenchmarkDotNet.Attributes;
using PatchCore.Edge.Conversion;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Scores;

namespace PatchCore.Edge.Benchmarks;

/// <summary>
/// One frame of the simulated line at 224 × 224 through each stage; the ratio is to the bare run of the backbone's
/// session, below which no frame can be.
/// </summary>
public class FrameBenchmarks
{
    private TrainedLine _line = null!;
    private NativeImage _frame = null!;
    private FrameConverter _converter = null!;
    private EmbeddingRun _run = null!;
    private AnomalyScorer _scorer = null!;
    private Inspector _inspector = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _line = new TrainedLine();
        var model = _line.Model;
        _frame = _line.Frame(index: 1_000);
        _converter = new FrameConverter(Preprocessing.From(model.Bundle.Manifest.Preprocessing));
        _run = model.Session.CreateRun();
        _scorer = new AnomalyScorer(
            model.Index, ScoreOptions.From(model.Bundle.Manifest.Scoring),
            model.Session.GridHeight, model.Session.GridWidth, 224, 224);
        _inspector = model.CreateInspector();
        Convert();
        Embed();
    }

    [Benchmark(Baseline = true)]
    public void Embed() => _run.Execute();

    [Benchmark]
    public void Convert() => _converter.Convert(_frame, _run.Tensor);

    [Benchmark]
    public ImageScore SearchAndScore() => _scorer.Score(_run.Embedding);

    [Benchmark]
    public float SearchScoreAndMap()
    {
        _scorer.Score(_run.Embedding);
        return _scorer.Map()[0];
    }

    [Benchmark]
    public Inspection FrameToVerdict() => _inspector.Inspect(_frame);

    [GlobalCleanup]
    public void CleanUp()
    {
        _inspector.Dispose();
        _run.Dispose();
        _frame.Dispose();
        _line.Dispose();
    }
}
