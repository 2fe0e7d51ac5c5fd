using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Commands;

/// <summary><c>run</c>: the service, until it is told to stop or every source has ended.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    public static Command Create()
    {
        var file = new Option<FileInfo?>("--config")
        {
            Description = $"Configuration (default: {SettingsFile.Installed} if it is there, "
                + "else config/appsettings.json beside the program)",
        };
        var check = new Option<bool>("--check") { Description = "Only check the configuration" };
        var command = new Command(Name,
            "Run the station; a setting is overridden as --Section:Key=value, "
                + $"or as {SettingsFile.EnvironmentPrefix}Section__Key in the environment")
        {
            file, check,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, stop) =>
        {
            var path = SettingsFile.Choose(parsed.GetValue(file)?.FullName);
            var configuration = SettingsFile.Read(path, parsed.UnmatchedTokens);
            var settings = SettingsFile.Bind(configuration, path);
            if (parsed.GetValue(check))
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"{path}: station {settings.Station.Name}, cameras {string.Join(", ", settings.Cameras.Keys)}");
                return ExitCode.Ok;
            }
            var host = Build(configuration, settings);
            var station = host.Services.GetRequiredService<StationService>();
            host.Services.GetRequiredService<ILogger<StationService>>().Configured(path);
            // Disposes the host, too.
            await host.RunAsync(stop);
            return station.Failure is { } failure ? throw failure : ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The host around one station; the configuration has been checked.</summary>
    internal static IHost Build(IConfiguration configuration, EdgeSettings settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null)
        {
            builder.Logging.AddSystemdConsole();
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
                console.ColorBehavior = LoggerColorBehavior.Default;
            });
        }
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StationMetrics>();
        builder.Services.AddSingleton(_ => SystemdNotify.FromEnvironment());
        builder.Services.AddSingleton<StationService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StationService>());
        // Pipelines, then the link: each may take the drain time, and the farewell a little more.
        builder.Services.Configure<HostOptions>(options =>
            options.ShutdownTimeout = TimeSpan.FromSeconds((2 * settings.Station.DrainSeconds) + 15));
        return builder.Build();
    }
}
