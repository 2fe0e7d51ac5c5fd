using System.CommandLine;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Commands;

/// <summary>
/// Which camera a command is about: one of a configuration by its name, or one that is told in the command itself.
/// </summary>
internal sealed class CameraTarget
{
    private const string Genicam = "genicam:";

    private readonly Argument<string> _target = new("CAMERA")
    {
        Description = "Name of a configured camera, or rtsp://host/path, /dev/video0, "
            + "genicam:ID, or a GStreamer pipeline",
    };

    private readonly Option<string?> _user = new("--user") { Description = "User name at an rtsp:// camera" };

    private readonly Option<FileInfo?> _password = new("--password-file")
    {
        Description = "File whose first line is the password",
    };

    private readonly Option<RtspTransport> _transport = new("--transport")
    {
        Description = "How pictures of an rtsp:// camera travel (default: Tcp)",
    };

    private readonly Option<RtspBackend> _backend = new("--backend")
    {
        Description = "Who reads an rtsp:// camera (default: Ffmpeg)",
    };

    /// <summary>The configuration; the same for all commands about cameras.</summary>
    public static Option<FileInfo?> Config { get; } = new("--config")
    {
        Description = $"Configuration that names cameras (default: {SettingsFile.Installed} if it is there, "
            + "else config/appsettings.json beside the program)",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_target);
        command.Options.Add(Config);
        command.Options.Add(_user);
        command.Options.Add(_password);
        command.Options.Add(_transport);
        command.Options.Add(_backend);
    }

    /// <summary>The cameras of a configuration, whose bundles need not be there yet.</summary>
    /// <exception cref="SettingsException">The configuration is wrong.</exception>
    public static IReadOnlyDictionary<string, CameraSettings> Configured(FileInfo? config)
    {
        var path = SettingsFile.Choose(config?.FullName);
        return SettingsFile.Bind(SettingsFile.Read(path, []), path, SettingsRules.CheckSources).Cameras;
    }

    /// <summary>The source, which opens with its first read.</summary>
    /// <exception cref="UsageException">There is no such camera.</exception>
    public IFrameSource Open(ParseResult parsed)
    {
        var target = parsed.GetValue(_target)!;
        try
        {
            return Adhoc(target, parsed) ?? Named(target, parsed.GetValue(Config));
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private IFrameSource? Adhoc(string target, ParseResult parsed)
    {
        if (target.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase))
        {
            return new RtspSource(new RtspSourceOptions
            {
                Url = target,
                Username = parsed.GetValue(_user),
                PasswordFile = parsed.GetValue(_password)?.FullName,
                Transport = parsed.GetValue(_transport),
                Backend = parsed.GetValue(_backend),
            });
        }

        if (target.StartsWith("/dev/", StringComparison.Ordinal))
            return new V4l2Source(new V4l2SourceOptions { Device = target });
        if (target.StartsWith(Genicam, StringComparison.Ordinal))
            return new GenicamSource(new GenicamSourceOptions { Id = target[Genicam.Length..] }, TimeProvider.System);
        return target.Contains('!', StringComparison.Ordinal)
            ? new GStreamerSource(new GStreamerSourceOptions { Elements = target })
            : null;
    }

    private static IFrameSource Named(string target, FileInfo? config)
    {
        if (V4l2Camera.List().Any(camera => camera.Id == target))
            return new V4l2Source(new V4l2SourceOptions { Device = target });
        var cameras = Configured(config);
        return cameras.TryGetValue(target, out var camera)
            ? Sources.Of(camera.Source, TimeProvider.System)()
            : throw new UsageException(
                $"found no camera '{RtspSource.Redacted(target)}', expected one of the configuration "
                + $"({string.Join(", ", cameras.Keys)}), rtsp://host/path, /dev/video0, genicam:ID, "
                + "or a GStreamer pipeline");
    }
}
