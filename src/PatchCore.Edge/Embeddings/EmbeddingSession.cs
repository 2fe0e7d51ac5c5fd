using Microsoft.ML.OnnxRuntime;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// An embedding graph (<see cref="EmbeddingGraph"/>) loaded for running. Safe for several threads: every caller
/// makes an <see cref="EmbeddingRun"/> of its own, the weights are shared.
/// </summary>
public sealed class EmbeddingSession : IDisposable
{
    private readonly InferenceSession _session;
    private bool _disposed;

    /// <exception cref="BackboneException">The file is damaged or no embedding graph.</exception>
    /// <exception cref="ProviderException">The required provider is not available.</exception>
    /// <exception cref="EmbeddingException">The options or the ONNX Runtime cannot be used.</exception>
    public EmbeddingSession(string onnxPath, ExecutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Verify();
        // Before the runtime sees the file: its own errors name neither file nor cause.
        var graph = EmbeddingGraph.Read(onnxPath);
        (Width, Height, GridWidth, GridHeight) = (graph.Width, graph.Height, graph.GridWidth, graph.GridHeight);
        (Dimension, FixedBatch) = (graph.Dimension, graph.FixedBatch);
        (_session, Outcomes) = ProviderSelection.Open(onnxPath, options);
        Provider = Outcomes.First(o => o.Used).Provider;
        Batch = FixedBatch is not null || options.Batch == 1 ? 1
            : options.Batch is { } most ? most
            : EmbeddingCombiner.Measure(this, ExecutionOptions.MostMeasured);
        if (Batch > 1)
            Combiner = new EmbeddingCombiner(this, Batch);
    }

    /// <summary>Images of different callers that one run takes at most.</summary>
    public int Batch { get; }

    /// <summary>What became of each provider asked for, in order of preference.</summary>
    public IReadOnlyList<ProviderOutcome> Outcomes { get; }

    /// <summary>The first provider in use.</summary>
    public string Provider { get; }

    /// <summary>Image width in pixels.</summary>
    public int Width { get; }

    /// <summary>Image height in pixels.</summary>
    public int Height { get; }

    /// <summary>Patches from left to right.</summary>
    public int GridWidth { get; }

    /// <summary>Patches from top to bottom.</summary>
    public int GridHeight { get; }

    /// <summary>Values a patch.</summary>
    public int Dimension { get; }

    /// <summary>Batch size that the backbone insists on; null: any.</summary>
    public int? FixedBatch { get; }

    internal EmbeddingCombiner? Combiner { get; }

    internal InferenceSession Runtime
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _session;
        }
    }

    /// <summary>Allocates and binds the memory for runs of <paramref name="batch"/> images.</summary>
    /// <exception cref="EmbeddingException">The backbone insists on another batch size.</exception>
    public EmbeddingRun CreateRun(int batch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (FixedBatch is { } only && only != batch)
            throw new EmbeddingException($"The backbone takes {only} image(s) a run, not {batch}.");
        return new EmbeddingRun(
            this,
            [batch, 3, Height, Width],
            [batch, (long)GridHeight * GridWidth, Dimension],
            rebind: Outcomes.Any(o => o.Used && o.Provider != ExecutionOptions.Cpu));
    }

    /// <summary>Not while a run executes; runs that are left refuse to execute afterwards.</summary>
    public void Dispose()
    {
        _disposed = true;
        Combiner?.Dispose();
        _session.Dispose();
    }
}
