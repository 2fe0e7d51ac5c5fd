using Microsoft.ML.OnnxRuntime;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// The memory and the bindings of one caller of an <see cref="EmbeddingSession"/>: fill <see cref="Tensor"/>, call
/// <see cref="Execute"/>, read <see cref="Embedding"/>. Not for several threads at a time.
/// </summary>
public sealed class EmbeddingRun : IDisposable
{
    private readonly EmbeddingSession _session;
    private readonly bool _rebind;
    private readonly float[] _tensor;
    private readonly float[] _embedding;
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private bool _disposed;

    internal EmbeddingRun(EmbeddingSession session, long[] inputShape, long[] outputShape, bool rebind)
    {
        _session = session;
        _rebind = rebind;
        Batch = (int)inputShape[0];
        _tensor = GC.AllocateArray<float>(checked((int)Product(inputShape)), pinned: true);
        _embedding = GC.AllocateArray<float>(checked((int)Product(outputShape)), pinned: true);
        _input = OrtValue.CreateTensorValueFromMemory(_tensor, inputShape);
        _output = OrtValue.CreateTensorValueFromMemory(_embedding, outputShape);
        _binding = session.Runtime.CreateIoBinding();
        _binding.BindInput(EmbeddingGraph.InputName, _input);
        _binding.BindOutput(EmbeddingGraph.OutputName, _output);
    }

    /// <summary>Images a run.</summary>
    public int Batch { get; }

    /// <summary>Image tensors, batch × 3 × H × W.</summary>
    public Span<float> Tensor => _tensor;

    /// <summary>
    /// Embeddings of the last run, batch × (grid height · grid width) × dimension, patches row by row.
    /// </summary>
    public ReadOnlySpan<float> Embedding => _embedding;

    /// <summary>The combiner's: whether it waits for its turn.</summary>
    internal bool IsPending { get; set; }

    /// <summary>The combiner's: why the last run failed; null when it did not.</summary>
    internal Exception? Outcome { get; set; }

    /// <summary>
    /// Computes <see cref="Embedding"/> from <see cref="Tensor"/>, together with images of other callers where the
    /// session combines them. Allocates nothing on the CPU provider.
    /// </summary>
    /// <exception cref="EmbeddingException">The runtime failed.</exception>
    /// <exception cref="ObjectDisposedException">The run or its session was disposed.</exception>
    public void Execute()
    {
        if (Batch == 1 && _session.Combiner is { } combiner)
            combiner.Execute(this);
        else
            ExecuteAlone();
    }

    internal void Fill(ReadOnlySpan<float> embedding) => embedding.CopyTo(_embedding);

    internal void ExecuteAlone()
    {
        // The runtime would follow the dead pointer and take the process down.
        ObjectDisposedException.ThrowIf(_disposed, this);
        var runtime = _session.Runtime;
        try
        {
            // Binding copies an input to the device at once when the model reads it there, so that each frame binds
            // anew.
            if (_rebind) _binding.BindInput(EmbeddingGraph.InputName, _input);
            runtime.RunWithBinding(_options, _binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw new EmbeddingException($"The embedding of {Batch} image(s) failed: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
    }

    private static long Product(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
