using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace PatchCore.Edge.Embeddings;

/// <summary>The one ONNX Runtime of the process: which native library it is, and where its log goes.</summary>
public static class OnnxRuntimeEnvironment
{
    private static readonly Lock Gate = new();
    private static readonly DOrtLoggingFunction Log = (_, severity, category, _, _, message) =>
        Listener?.Invoke(severity >= OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, $"{category}: {message}");

    private static OrtEnv? _environment;
    private static string? _library;

    /// <summary>
    /// Receives the warnings (false) and errors (true) of the runtime, on its threads. Without a listener they are
    /// dropped, not printed: what matters of them is in the exceptions.
    /// </summary>
    public static Action<bool, string>? Listener { get; set; }

    /// <summary>Version of the native library, such as <c>1.29.0</c>.</summary>
    public static string Version => Start(null).GetVersionString();

    /// <summary>The native library: the path that the settings name, else what lies beside the program.</summary>
    internal static string LibraryPath => _library ?? Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so");

    /// <summary>Starts the runtime, or gives the running one.</summary>
    /// <param name="library">Path of the native library; null: the one beside the program, or the one already
    /// loaded.</param>
    /// <exception cref="EmbeddingException">The library is missing, cannot be loaded, or another one is loaded
    /// already.</exception>
    internal static OrtEnv Start(string? library)
    {
        lock (Gate)
        {
            if (library is not null)
            {
                library = Path.GetFullPath(library);
                if (!File.Exists(library))
                {
                    throw new EmbeddingException(
                        $"The ONNX Runtime library '{library}' that the settings name does not exist.");
                }
                if (_environment is null)
                {
                    Resolve(library);
                }
                else if (library != LibraryPath)
                {
                    throw new EmbeddingException(
                        $"The ONNX Runtime is already loaded from '{LibraryPath}'; "
                            + $"a process cannot load '{library}' as well.");
                }
            }

            return _environment ??= Create();
        }
    }

    private static void Resolve(string library)
    {
        nint handle;
        try
        {
            handle = NativeLibrary.Load(library);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new EmbeddingException($"The ONNX Runtime library '{library}' cannot be loaded: {e.Message}", e);
        }

        // Both must happen before the first use of the API, which otherwise registers a resolver of its own.
        OrtEnv.DisableDllImportResolver = true;
        NativeLibrary.SetDllImportResolver(
            typeof(OrtEnv).Assembly, (name, _, _) => name == "onnxruntime" ? handle : nint.Zero);
        _library = library;
    }

    private static OrtEnv Create()
    {
        try
        {
            // Somebody else in the process may have started it; its log then goes where they said.
            if (OrtEnv.IsCreated) return OrtEnv.Instance();
            var options = new EnvironmentCreationOptions
            {
                logId = "patchcore-edge",
                logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
                loggingFunction = Log,
            };
            return OrtEnv.CreateInstanceWithOptions(ref options);
        }
        catch (TypeInitializationException e)
        {
            // The managed API reads the native function table in its static constructor.
            var cause = e.GetBaseException();
            throw new EmbeddingException(
                $"The ONNX Runtime cannot start from '{LibraryPath}' "
                    + $"(missing, or older than the API that it is used with): {cause.Message}",
                e);
        }
        catch (OnnxRuntimeException e)
        {
            throw new EmbeddingException($"The ONNX Runtime cannot start: {e.Message}", e);
        }
    }
}
