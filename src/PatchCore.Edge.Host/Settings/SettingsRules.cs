namespace PatchCore.Edge.Host.Settings;

/// <summary>What no schema can say: keys that need each other, and files that must be there.</summary>
internal static class SettingsRules
{
    internal static IReadOnlyList<string> Check(EdgeSettings settings)
    {
        var errors = new List<string>();
        CheckMqtt(settings.Mqtt, errors);
        CheckExecution(settings.Execution, errors);
        if (settings.Archive is { } archive)
            CheckArchive(archive, errors);
        foreach (var (name, camera) in settings.Cameras)
            CheckCamera($"Cameras:{name}", camera, errors);
        return errors;
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

    private static void CheckArchive(ArchiveSettings archive, List<string> errors)
    {
        if (File.Exists(archive.Path))
            errors.Add($"Archive:Path found the file {archive.Path}, expected a folder, or nothing there");
        if (archive is { Pass: 0, Fail: false, Error: false })
        {
            errors.Add("Archive keeps nothing: Pass is 0, Fail and Error are false; "
                + "expected one of them, or no Archive");
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
        errors.AddRange(camera.Drift.ToOptions().Faults().Select(fault => $"{key}:Drift:{fault}"));
        var source = camera.Source;
        if (source.Kind != SourceKind.Simulated && source.Path is null)
        {
            errors.Add(
                $"{key}:Source:Path is missing, expected a path for a source of kind "
                    + $"{source.Kind.ToString().ToLowerInvariant()}");
        }
        if (source.Kind == SourceKind.Video)
            NeedFile($"{key}:Source:Path", source.Path, errors);
        if (source.Kind == SourceKind.Folder && source.Path is not null && !Directory.Exists(source.Path))
            errors.Add($"{key}:Source:Path found no folder {source.Path}");
    }

    private static void NeedFile(string key, string? path, List<string> errors)
    {
        if (path is not null && !File.Exists(path))
            errors.Add($"{key} found no file {path}");
    }
}
