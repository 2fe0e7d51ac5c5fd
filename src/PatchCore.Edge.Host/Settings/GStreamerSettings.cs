using PatchCore.Edge.Cameras;

namespace PatchCore.Edge.Host.Settings;

/// <summary>Whatever a GStreamer pipeline gives.</summary>
internal sealed class GStreamerSettings
{
    public string? Pipeline { get; init; }

    public int OpenTimeoutMs { get; init; } = 10000;

    public int ReadTimeoutMs { get; init; } = 5000;

    internal GStreamerSourceOptions ToOptions() => new()
    {
        Elements = Pipeline!,
        OpenTimeout = TimeSpan.FromMilliseconds(OpenTimeoutMs),
        ReadTimeout = TimeSpan.FromMilliseconds(ReadTimeoutMs),
    };
}
