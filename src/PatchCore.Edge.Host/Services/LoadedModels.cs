using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Services;

/// <summary>Every bundle that the cameras name, loaded once and shared.</summary>
internal sealed class LoadedModels : IDisposable
{
    private readonly Dictionary<string, InspectionModel> _byDirectory = [];

    /// <exception cref="Bundles.BundleException">A bundle is damaged, or scores differently here.</exception>
    /// <exception cref="EmbeddingException">The runtime or a required provider is missing.</exception>
    public LoadedModels(EdgeSettings settings, ILogger logger)
    {
        try
        {
            foreach (var camera in settings.Cameras.Values)
                Load(camera.Bundle, ToOptions(settings.Execution), logger);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Ids of the bundles.</summary>
    public string Ids => string.Join(", ", _byDirectory.Values.Select(model => model.Bundle.Manifest.Id).Distinct());

    /// <summary>What became of the providers that were asked for, the same for every bundle.</summary>
    public IReadOnlyList<ProviderStatus> Providers =>
        [.. _byDirectory.Values.First().Session.Outcomes.Select(o => new ProviderStatus(o.Provider, o.Used, o.Reason))];

    public InspectionModel For(CameraSettings camera) => _byDirectory[camera.Bundle];

    public void Dispose()
    {
        foreach (var model in _byDirectory.Values)
            model.Dispose();
    }

    private void Load(string directory, ExecutionOptions options, ILogger logger)
    {
        if (_byDirectory.ContainsKey(directory))
            return;
        var model = InspectionModel.Load(directory, options);
        if (_byDirectory.Count == 0)
        {
            foreach (var outcome in model.Session.Outcomes)
                logger.Provider(outcome.ToString());
        }
        _byDirectory.Add(directory, model);
        var manifest = model.Bundle.Manifest;
        logger.BundleLoaded(manifest.Id, model.Bundle.Directory, manifest.Calibration.Threshold);
    }

    private static ExecutionOptions ToOptions(ExecutionSettings settings) => new()
    {
        Providers = settings.Providers.Count > 0 ? settings.Providers : [ExecutionOptions.Cpu],
        Required = string.IsNullOrEmpty(settings.RequiredProvider) ? null : settings.RequiredProvider,
        DeviceId = settings.DeviceId,
        EngineCache = settings.EngineCache,
        Fp16 = settings.Fp16,
        IntraOpThreads = settings.IntraOpThreads,
        InterOpThreads = settings.InterOpThreads,
        AllowSpinning = settings.AllowSpinning,
        NativeLibrary = settings.NativeLibrary,
    };
}
