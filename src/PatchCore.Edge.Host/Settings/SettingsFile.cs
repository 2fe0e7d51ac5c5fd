namespace PatchCore.Edge.Host.Settings;

/// <summary>
/// Which file, and what overrides it: environment (PATCHCORE_Mqtt__Port=…), then command line (--Mqtt:Port=…).
/// </summary>
internal static class SettingsFile
{
    internal const string Installed = "/etc/patchcore-edge/appsettings.json";
    internal const string EnvironmentPrefix = "PATCHCORE_";

    /// <summary>The named file, else the installed one, else the one beside the program.</summary>
    internal static string Choose(string? named)
    {
        if (named is not null)
            return Path.GetFullPath(named);
        return File.Exists(Installed)
            ? Installed
            : Path.Combine(AppContext.BaseDirectory, "config", "appsettings.json");
    }

    /// <exception cref="SettingsException">The file is missing or not JSON, or any value is wrong.</exception>
    internal static IConfigurationRoot Read(string path, IReadOnlyList<string> overrides)
    {
        var malformed = overrides
            .Where(o => !o.StartsWith("--", StringComparison.Ordinal) || !o.Contains('=', StringComparison.Ordinal))
            .ToList();
        if (malformed.Count > 0)
        {
            throw new SettingsException(
                "command line", [.. malformed.Select(o => $"found '{o}', expected an option or --Section:Key=value")]);
        }
        if (!File.Exists(path))
            throw new SettingsException(path, ["there is no such configuration file"]);
        IConfigurationRoot configuration;
        try
        {
            configuration = new ConfigurationBuilder()
                .AddJsonFile(path, optional: false, reloadOnChange: false)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .AddCommandLine([.. overrides])
                .Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException
            or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(path, [e.GetBaseException().Message]);
        }
        var errors = SettingsSchema.Check(configuration);
        return errors.Count == 0 ? configuration : throw new SettingsException(path, errors);
    }

    /// <summary>Binds what <see cref="Read"/> returned; relative paths become relative to the file's folder.</summary>
    /// <exception cref="SettingsException">Values that are right by themselves do not go together.</exception>
    internal static EdgeSettings Bind(IConfiguration configuration, string path) =>
        Bind(configuration, path, SettingsRules.Check);

    /// <summary>The same, checked by the given rules.</summary>
    internal static EdgeSettings Bind(
        IConfiguration configuration, string path, Func<EdgeSettings, IReadOnlyList<string>> check)
    {
        var settings = new EdgeSettings();
        // The schema has refused unknown keys already; that every key of it lands somewhere is held by a test.
        configuration.Bind(settings);
        SettingsPaths.Resolve(settings, Path.GetDirectoryName(path)!);
        var errors = check(settings);
        return errors.Count == 0 ? settings : throw new SettingsException(path, errors);
    }
}
