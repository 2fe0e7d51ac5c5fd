namespace PatchCore.Edge.Host.Settings;

/// <summary>
/// Makes every path of the settings absolute: relative ones start at the folder of the configuration file.
/// </summary>
internal static class SettingsPaths
{
    internal static void Resolve(EdgeSettings settings, string folder)
    {
        string? From(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, folder);

        settings.Mqtt.PasswordFile = From(settings.Mqtt.PasswordFile);
        var ofBrokers = settings.Mqtt.Brokers.Select(broker => broker.Tls).OfType<TlsSettings>();
        foreach (var tls in ofBrokers.Append(settings.Mqtt.Tls))
        {
            tls.CaFile = From(tls.CaFile);
            tls.CertificateFile = From(tls.CertificateFile);
            tls.KeyFile = From(tls.KeyFile);
        }

        if (settings.Mqtt.Outbox is { } outbox)
            outbox.Path = From(outbox.Path)!;
        if (settings.Sparkplug is { } sparkplug)
            sparkplug.Folder = From(sparkplug.Folder);
        settings.Execution.EngineCache = From(settings.Execution.EngineCache);
        settings.Execution.NativeLibrary = From(settings.Execution.NativeLibrary);
        settings.Recipes.Folder = From(settings.Recipes.Folder);
        if (settings.Archive is { } archive)
            archive.Path = From(archive.Path)!;
        foreach (var camera in settings.Cameras.Values)
        {
            camera.Bundle = From(camera.Bundle);
            camera.Trigger.Background = From(camera.Trigger.Background);
            camera.Source.Path = From(camera.Source.Path);
            camera.Source.Folder.MoveTo = From(camera.Source.Folder.MoveTo);
            camera.Source.Rtsp.PasswordFile = From(camera.Source.Rtsp.PasswordFile);
        }
    }
}
