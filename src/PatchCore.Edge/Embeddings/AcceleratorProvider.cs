using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace PatchCore.Edge.Embeddings;

/// <summary>
/// Brings CUDA or TensorRT into a session by one of two roads: the calls of a native library that is built with the
/// provider, or a provider library registered as a plugin beside a native library that is not.
/// </summary>
internal static class AcceleratorProvider
{
    public static ProviderOutcome Append(
        string provider, OrtEnv environment, SessionOptions session, ExecutionOptions options)
    {
        bool tensorRT = provider.Equals(ExecutionOptions.TensorRT, StringComparison.OrdinalIgnoreCase);
        var name = tensorRT ? ExecutionOptions.TensorRT : ExecutionOptions.Cuda;
        try
        {
            var reason = environment.GetAvailableProviders().Contains(
                tensorRT ? "TensorrtExecutionProvider" : "CUDAExecutionProvider")
                ? AppendBuiltIn(tensorRT, session, options)
                : AppendPlugin(name, environment, session, options);
            return new ProviderOutcome(name, true, reason);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or ProviderMissingException)
        {
            // The runtime puts a code such as "[ErrorCode:Fail] " before its sentence.
            return new ProviderOutcome(
                name, false, e.Message[(e.Message.StartsWith('[') ? e.Message.IndexOf(']') + 1 : 0)..].Trim());
        }
    }

    private static string AppendBuiltIn(bool tensorRT, SessionOptions session, ExecutionOptions options)
    {
        if (tensorRT)
        {
            using var settings = new OrtTensorRTProviderOptions();
            settings.UpdateOptions(TensorRTSettings(options, withDevice: true));
            session.AppendExecutionProvider_Tensorrt(settings);
        }
        else
        {
            using var settings = new OrtCUDAProviderOptions();
            settings.UpdateOptions(new Dictionary<string, string> { ["device_id"] = Text(options.DeviceId) });
            session.AppendExecutionProvider_CUDA(settings);
        }

        return $"built into the native library, device {Text(options.DeviceId)}.";
    }

    private static string AppendPlugin(
        string name, OrtEnv environment, SessionOptions session, ExecutionOptions options)
    {
        bool tensorRT = name == ExecutionOptions.TensorRT;
        var file = $"libonnxruntime_providers_{(tensorRT ? "tensorrt" : "cuda")}.so";
        var folder = options.ProviderFolder ?? Path.GetDirectoryName(OnnxRuntimeEnvironment.LibraryPath)!;
        var path = Path.GetFullPath(Path.Combine(folder, file));
        if (!File.Exists(path))
        {
            throw new ProviderMissingException(
                $"the ONNX Runtime {environment.GetVersionString()} in use is built without {name}, "
                    + $"and there is no {file} in '{folder}'.");
        }

        Register(environment, name, path);
        var devices = environment.GetEpDevices()
            .Where(d => d.EpName.Contains(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (options.DeviceId >= devices.Count)
        {
            throw new ProviderMissingException(
                $"'{path}' is loaded and offers {devices.Count} device(s), "
                    + $"but device {Text(options.DeviceId)} was asked for.");
        }

        session.AppendExecutionProvider(
            environment, [devices[options.DeviceId]], tensorRT ? TensorRTSettings(options, withDevice: false) : []);
        return $"plugin '{path}', device {Text(options.DeviceId)}.";
    }

    private static void Register(OrtEnv environment, string name, string path)
    {
        lock (Registered)
        {
            if (Registered.TryGetValue(name, out var before) && before == path) return;
            environment.RegisterExecutionProviderLibrary(name, path);
            Registered[name] = path;
        }
    }

    // Registration is a matter of the process, as the environment is.
    private static readonly Dictionary<string, string> Registered = [];

    private static Dictionary<string, string> TensorRTSettings(ExecutionOptions options, bool withDevice)
    {
        var settings = new Dictionary<string, string> { ["trt_fp16_enable"] = options.Fp16 ? "1" : "0" };
        // A plugin's device is chosen by its handle.
        if (withDevice) settings["device_id"] = Text(options.DeviceId);
        if (options.EngineCache is not null)
        {
            Directory.CreateDirectory(options.EngineCache);
            settings["trt_engine_cache_enable"] = "1";
            settings["trt_engine_cache_path"] = options.EngineCache;
            settings["trt_timing_cache_enable"] = "1";
            settings["trt_timing_cache_path"] = options.EngineCache;
        }

        return settings;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class ProviderMissingException(string message) : Exception(message);
}
