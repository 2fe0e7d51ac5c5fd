using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Settings;

internal sealed class ExecutionSettings
{
    /// <summary>Empty means CPU: a list that is bound adds to a default instead of replacing it.</summary>
    public List<string> Providers { get; init; } = [];

    public string? RequiredProvider { get; init; }

    public int DeviceId { get; init; }

    public string? EngineCache { get; set; }

    public bool Fp16 { get; init; }

    public int IntraOpThreads { get; init; }

    public int InterOpThreads { get; init; }

    public bool AllowSpinning { get; init; }

    public string? NativeLibrary { get; set; }

    /// <summary>Frames inspected at the same time, each of another camera.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Images of theirs in one run of the network at most; 0: measured at the start.</summary>
    public int Batch { get; init; } = 1;

    public ExecutionOptions ToOptions() => new()
    {
        Providers = Providers.Count > 0 ? Providers : [ExecutionOptions.Cpu],
        Required = string.IsNullOrEmpty(RequiredProvider) ? null : RequiredProvider,
        DeviceId = DeviceId,
        EngineCache = EngineCache,
        Fp16 = Fp16,
        IntraOpThreads = IntraOpThreads,
        InterOpThreads = InterOpThreads,
        AllowSpinning = AllowSpinning,
        Batch = Batch == 0 ? null : Batch,
        NativeLibrary = NativeLibrary,
    };
}
