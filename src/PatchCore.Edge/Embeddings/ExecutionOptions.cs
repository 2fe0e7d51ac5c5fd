namespace PatchCore.Edge.Embeddings;

/// <summary>Where and how a session runs.</summary>
public sealed record ExecutionOptions
{
    public const string TensorRT = "TensorRT";
    public const string Cuda = "CUDA";
    public const string Cpu = "CPU";

    /// <summary>Most images a run that are measured.</summary>
    internal const int MostMeasured = 8;

    /// <summary>Providers in order of preference; what none of them takes runs on the CPU.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [Cpu];

    /// <summary>A provider whose absence is an error instead of a fallback; null: none.</summary>
    public string? Required { get; init; }

    /// <summary>GPU number, from 0.</summary>
    public int DeviceId { get; init; }

    /// <summary>
    /// Folder where TensorRT keeps built engines between starts; null: engines are built at every start.
    /// </summary>
    public string? EngineCache { get; init; }

    /// <summary>
    /// Lets TensorRT compute in half precision. CUDA and CPU always compute in the precision of the file.
    /// </summary>
    public bool Fp16 { get; init; }

    /// <summary>Threads inside one operator on the CPU; 0: one per physical core.</summary>
    public int IntraOpThreads { get; init; }

    /// <summary>Operators that run side by side; 0 or 1: one after another.</summary>
    public int InterOpThreads { get; init; }

    /// <summary>
    /// Images of different callers that one run takes at most, 1 to 64; null: measured when the session is opened. 1 by
    /// default: on the CPUs measured, runs side by side give more frames than images run together.
    /// </summary>
    public int? Batch { get; init; } = 1;

    /// <summary>
    /// Whether idle threads of the session burn CPU waiting for the next run. Off, since the bank search and other
    /// cameras want the same cores.
    /// </summary>
    public bool AllowSpinning { get; init; }

    /// <summary>
    /// Path of another <c>libonnxruntime.so</c> (NVIDIA's build on a Jetson); null: the one beside the program.
    /// </summary>
    public string? NativeLibrary { get; init; }

    /// <summary>Folder of <c>libonnxruntime_providers_*.so</c>; null: beside the native library.</summary>
    public string? ProviderFolder { get; init; }

    /// <exception cref="EmbeddingException">A provider is unknown, or the required one is not asked for; or a number is
    /// out of range.</exception>
    internal void Verify()
    {
        if (Batch is < 1 or > 64)
            throw new EmbeddingException($"Batch is {Batch}, expected 1 to 64, or none to have it measured.");
        string[] known = [TensorRT, Cuda, Cpu];
        foreach (var provider in Providers)
        {
            if (!known.Contains(provider, StringComparer.OrdinalIgnoreCase))
            {
                throw new EmbeddingException(
                    $"Execution provider '{provider}' is unknown; expected one of {string.Join(", ", known)}.");
            }
        }

        if (Required is not null && !Providers.Contains(Required, StringComparer.OrdinalIgnoreCase))
        {
            throw new EmbeddingException(
                $"Execution provider '{Required}' is required but not among those asked for "
                    + $"({string.Join(", ", Providers)}).");
        }
    }
}
