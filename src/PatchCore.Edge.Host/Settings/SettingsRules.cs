namespace PatchCore.Edge.Host.Settings;

/// <summary>What no schema can say: keys that need each other, and files that must be there.</summary>
internal static class SettingsRules
{
    internal static IReadOnlyList<string> Check(EdgeSettings settings)
    {
        var errors = new List<string>();
        CheckMqtt(settings.Mqtt, errors);
        CheckExecution(settings.Execution, errors);
        foreach (var (name, camera) in settings.Cameras)
            CheckCamera($"Cameras:{name}", camera, errors);
        return errors;
    }

    /// <summary>What is wrong with the cameras' sources alone, for a station that has no bundle yet.</summary>
    internal static IReadOnlyList<string> CheckSources(EdgeSettings settings)
    {
        var errors = new List<string>();
        foreach (var (name, camera) in settings.Cameras)
            CheckSource($"Cameras:{name}:Source", camera.Source, errors);
        return errors;
    }

    internal static void NeedFile(string key, string? path, List<string> errors)
    {
        if (path is not null && !File.Exists(path))
            errors.Add($"{key} found no file {path}");
    }

    private static void CheckMqtt(MqttSettings mqtt, List<string> errors)
    {
        NeedFile("Mqtt:PasswordFile", mqtt.PasswordFile, errors);
        if (mqtt.PasswordFile is not null && string.IsNullOrEmpty(mqtt.Username))
            errors.Add("Mqtt:Username is missing, expected a user name to go with Mqtt:PasswordFile");
        var tls = mqtt.Tls;
        NeedFile("Mqtt:Tls:CaFile", tls.CaFile, errors);
        NeedFile("Mqtt:Tls:CertificateFile", tls.CertificateFile, errors);
        NeedFile("Mqtt:Tls:KeyFile", tls.KeyFile, errors);
        if (tls.CertificateFile is null != tls.KeyFile is null)
            errors.Add("Mqtt:Tls:CertificateFile and Mqtt:Tls:KeyFile go together, found only one of them");
        if (!tls.Enabled && (tls.CaFile ?? tls.CertificateFile ?? tls.KeyFile) is not null)
            errors.Add("Mqtt:Tls:Enabled is false although certificates are named, expected true");
    }

    private static void CheckExecution(ExecutionSettings execution, List<string> errors)
    {
        NeedFile("Execution:NativeLibrary", execution.NativeLibrary, errors);
        if (!string.IsNullOrEmpty(execution.RequiredProvider)
            && !execution.Providers.Contains(execution.RequiredProvider, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"Execution:RequiredProvider found '{execution.RequiredProvider}', "
                + $"expected one of Execution:Providers ({string.Join(", ", execution.Providers)})");
        }
    }

    private static void CheckCamera(string key, CameraSettings camera, List<string> errors)
    {
        if (!Directory.Exists(camera.Bundle))
        {
            errors.Add(
                $"{key}:Bundle found no folder {camera.Bundle}, expected a model bundle "
                    + "(made by: patchcore-edge train)");
        }
        CheckSource($"{key}:Source", camera.Source, errors);
    }

    private static void CheckSource(string key, SourceSettings source, List<string> errors)
    {
        if (source.Kind is SourceKind.Folder or SourceKind.Video && source.Path is null)
        {
            errors.Add(
                $"{key}:Path is missing, expected a path for a source of kind "
                    + $"{source.Kind.ToString().ToLowerInvariant()}");
        }
        if (source.Kind == SourceKind.Video)
            NeedFile($"{key}:Path", source.Path, errors);
        if (source.Kind == SourceKind.Folder && source.Path is not null && !Directory.Exists(source.Path))
            errors.Add($"{key}:Path found no folder {source.Path}");
        StreamRules.Check(key, source, errors);
    }
}
