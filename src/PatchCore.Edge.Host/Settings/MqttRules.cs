namespace PatchCore.Edge.Host.Settings;

/// <summary>What no schema can say about brokers and who the station is there. No error tells a secret.</summary>
internal static class MqttRules
{
    internal static void Check(MqttSettings mqtt, List<string> errors)
    {
        CheckCredentials(mqtt, errors);
        CheckBrokers(mqtt, errors);
        if (mqtt.Outbox is { } outbox && Directory.Exists(outbox.Path))
            errors.Add($"Mqtt:Outbox:Path found the folder {outbox.Path}, expected a file, or nothing there");
        if (mqtt.WillDelaySeconds > mqtt.SessionExpirySeconds)
        {
            errors.Add($"Mqtt:WillDelaySeconds found {mqtt.WillDelaySeconds}, expected at most "
                + $"Mqtt:SessionExpirySeconds ({mqtt.SessionExpirySeconds}): a last will goes out with its session");
        }
    }

    private static void CheckBrokers(MqttSettings mqtt, List<string> errors)
    {
        CheckTls("Mqtt:Tls", mqtt.Tls, errors);
        CheckHost("Mqtt:Host", mqtt.Host, errors);
        if (mqtt.Brokers.Count > 0 && (mqtt.Host is not null || mqtt.Port is not null))
        {
            errors.Add("Mqtt:Brokers and Mqtt:Host or Mqtt:Port are both set, expected the list or the one broker");
        }

        for (var i = 0; i < mqtt.Brokers.Count; i++)
        {
            CheckHost($"Mqtt:Brokers:{i}:Host", mqtt.Brokers[i].Host, errors);
            if (mqtt.Brokers[i].Tls is { } tls)
                CheckTls($"Mqtt:Brokers:{i}:Tls", tls, errors);
        }
    }

    /// <summary>An address with a password in it would be told with every lost connection.</summary>
    private static void CheckHost(string key, string? host, List<string> errors)
    {
        if (host is not null && host.AsSpan().ContainsAny('@', '/'))
        {
            errors.Add($"{key} has '@' or '/', expected a host name or address alone; "
                + "who the station is goes into Mqtt:Username and Mqtt:PasswordFile");
        }
    }

    private static void CheckCredentials(MqttSettings mqtt, List<string> errors)
    {
        SettingsRules.NeedFile("Mqtt:PasswordFile", mqtt.PasswordFile, errors);
        NeedVariable("Mqtt:UsernameEnvironment", mqtt.UsernameEnvironment, errors);
        NeedVariable("Mqtt:PasswordEnvironment", mqtt.PasswordEnvironment, errors);
        if (mqtt.Username is not null && mqtt.UsernameEnvironment is not null)
            errors.Add("Mqtt:Username and Mqtt:UsernameEnvironment are both set, expected one of them");
        if (mqtt.PasswordFile is not null && mqtt.PasswordEnvironment is not null)
            errors.Add("Mqtt:PasswordFile and Mqtt:PasswordEnvironment are both set, expected one of them");
        var named = !string.IsNullOrEmpty(mqtt.Username) || mqtt.UsernameEnvironment is not null;
        if (!named && (mqtt.PasswordFile ?? mqtt.PasswordEnvironment) is not null)
        {
            var password = mqtt.PasswordFile is null ? "Mqtt:PasswordEnvironment" : "Mqtt:PasswordFile";
            errors.Add($"Mqtt:Username is missing, expected a user name to go with {password}");
        }
    }

    private static void NeedVariable(string key, string? name, List<string> errors)
    {
        if (name is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            errors.Add($"{key} found no environment variable {name}, or an empty one");
    }

    private static void CheckTls(string key, TlsSettings tls, List<string> errors)
    {
        SettingsRules.NeedFile($"{key}:CaFile", tls.CaFile, errors);
        SettingsRules.NeedFile($"{key}:CertificateFile", tls.CertificateFile, errors);
        SettingsRules.NeedFile($"{key}:KeyFile", tls.KeyFile, errors);
        if (tls.CertificateFile is null != tls.KeyFile is null)
            errors.Add($"{key}:CertificateFile and {key}:KeyFile go together, found only one of them");
        if (!tls.Enabled && (tls.CaFile ?? tls.CertificateFile ?? tls.KeyFile) is not null)
            errors.Add($"{key}:Enabled is false although certificates are named, expected true");
    }
}
