using System.CommandLine;
using PatchCore.Edge.Embeddings;

namespace PatchCore.Edge.Host.Commands;

/// <summary>The options that say where the backbone runs; the same for every command that runs it.</summary>
internal sealed class ProviderOptions
{
    private readonly Option<string[]> _providers = new("--provider")
    {
        Description = "Execution providers in order of preference: TensorRT, CUDA, CPU (default CPU)",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _required = new("--require-provider")
    {
        Description = "Fail unless this provider is available",
    };

    private readonly Option<int> _device = new("--device") { Description = "GPU number" };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads of the backbone on the CPU; 0: one per core",
    };

    private readonly Option<FileInfo?> _library = new("--onnxruntime")
    {
        Description = "Another libonnxruntime.so, such as NVIDIA's for Jetson",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_providers);
        command.Options.Add(_required);
        command.Options.Add(_device);
        command.Options.Add(_threads);
        command.Options.Add(_library);
    }

    public ExecutionOptions Read(ParseResult parsed)
    {
        var required = parsed.GetValue(_required);
        string[] asked =
        [
            .. (parsed.GetValue(_providers) ?? []).SelectMany(p => p.Split(',', StringSplitOptions.RemoveEmptyEntries)),
        ];
        return new ExecutionOptions
        {
            Providers = asked.Length > 0 ? asked : required is null ? [ExecutionOptions.Cpu] : [required],
            Required = required,
            DeviceId = parsed.GetValue(_device),
            IntraOpThreads = parsed.GetValue(_threads),
            NativeLibrary = parsed.GetValue(_library)?.FullName,
        };
    }
}
