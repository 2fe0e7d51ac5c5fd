using Microsoft.ML.OnnxRuntime;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Opens a session on the best providers that this machine has, and remembers why not on better ones.
/// </summary>
internal static class ProviderSelection
{
    /// <exception cref="ProviderException">The required provider is not available.</exception>
    /// <exception cref="BackboneException">The model does not load on the CPU either.</exception>
    public static (InferenceSession Session, IReadOnlyList<ProviderOutcome> Outcomes) Open(
        string path, ExecutionOptions options)
    {
        var environment = OnnxRuntimeEnvironment.Start(options.NativeLibrary);
        var failed = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            using var session = Configure(options);
            var outcomes = Append(environment, session, options, failed);
            var missing = outcomes.FirstOrDefault(o => !o.Used && Same(o.Provider, options.Required));
            if (missing is not null) throw new ProviderException(missing.Provider, missing.Reason, outcomes);
            try
            {
                return (new InferenceSession(path, session), outcomes);
            }
            catch (OnnxRuntimeException e)
            {
                // A provider can accept the options and still fail on its device. Do without the most wanted one, and
                // try again.
                var suspect = outcomes.FirstOrDefault(o => o.Used && !Same(o.Provider, ExecutionOptions.Cpu))
                    ?? throw new BackboneException(path, $"the ONNX Runtime cannot load it: {e.Message}", e);
                failed[suspect.Provider] = $"the session could not be created with it: {e.Message}";
            }
        }
    }

    private static List<ProviderOutcome> Append(
        OrtEnv environment, SessionOptions session, ExecutionOptions options, Dictionary<string, string> failed)
    {
        var outcomes = new List<ProviderOutcome>();
        foreach (var provider in options.Providers)
        {
            if (failed.TryGetValue(provider, out var reason))
                outcomes.Add(new(provider, false, reason));
            else if (Same(provider, ExecutionOptions.Cpu))
                outcomes.Add(new(ExecutionOptions.Cpu, true, "always there."));
            else
                outcomes.Add(AcceleratorProvider.Append(provider, environment, session, options));
        }

        if (!outcomes.Any(o => o.Used))
            outcomes.Add(new(ExecutionOptions.Cpu, true, "nothing that was asked for is available."));
        return outcomes;
    }

    private static SessionOptions Configure(ExecutionOptions options)
    {
        var session = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = options.IntraOpThreads,
            InterOpNumThreads = options.InterOpThreads,
            ExecutionMode = options.InterOpThreads > 1 ? ExecutionMode.ORT_PARALLEL : ExecutionMode.ORT_SEQUENTIAL,
        };
        if (!options.AllowSpinning) session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return session;
    }

    private static bool Same(string provider, string? other) =>
        provider.Equals(other, StringComparison.OrdinalIgnoreCase);
}
