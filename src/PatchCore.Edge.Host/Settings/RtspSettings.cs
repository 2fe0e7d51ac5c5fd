using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>A camera by RTSP.</summary>
internal sealed class RtspSettings
{
    public string? Url { get; init; }

    public RtspTransport Transport { get; init; }

    public RtspBackend Backend { get; init; }

    public string? Username { get; init; }

    public string? PasswordFile { get; set; }

    public string? PasswordEnvironment { get; init; }

    public int OpenTimeoutMs { get; init; } = 10000;

    public int ReadTimeoutMs { get; init; } = 5000;

    public int LatencyMs { get; init; } = 100;

    internal RtspSourceOptions ToOptions() => new()
    {
        Url = Url!,
        Transport = Transport,
        Backend = Backend,
        Username = Username,
        PasswordFile = PasswordFile,
        PasswordEnvironment = PasswordEnvironment,
        OpenTimeout = TimeSpan.FromMilliseconds(OpenTimeoutMs),
        ReadTimeout = TimeSpan.FromMilliseconds(ReadTimeoutMs),
        Latency = TimeSpan.FromMilliseconds(LatencyMs),
    };
}
