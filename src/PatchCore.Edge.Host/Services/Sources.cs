using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Services;

/// <summary>Makes the source that a camera's settings describe.</summary>
internal static class Sources
{
    /// <summary>
    /// What opens the source, again and again. All that it opens know which files of a watched folder were taken.
    /// </summary>
    public static Func<IFrameSource> Of(SourceSettings settings, TimeProvider time)
    {
        if (settings is not { Kind: SourceKind.Folder, Folder.Watch: true })
            return () => Open(settings, time);
        var folder = settings.Folder;
        return new WatchedFolder(
            new WatchedFolderOptions
            {
                Directory = settings.Path!,
                TakeExisting = folder.TakeExisting,
                Poll = TimeSpan.FromMilliseconds(folder.PollMs),
                Settle = TimeSpan.FromMilliseconds(folder.SettleMs),
                Afterwards = folder.Afterwards,
                MoveTo = folder.MoveTo,
            },
            time).Open;
    }

    private static IFrameSource Open(SourceSettings settings, TimeProvider time) => settings.Kind switch
    {
        SourceKind.Folder => new FolderSource(
            new FolderSourceOptions
            {
                Directory = settings.Path!,
                Loop = settings.Loop,
                Interval = TimeSpan.FromMilliseconds(settings.IntervalMs ?? 0),
            },
            time),
        SourceKind.Video => new VideoSource(
            new VideoSourceOptions
            {
                Path = settings.Path!,
                Loop = settings.Loop,
                FramesPerSecond = settings.IntervalMs is > 0 ? 1000.0 / settings.IntervalMs : null,
            },
            time),
        SourceKind.Simulated => new SimulatedLine(
            new SimulatedLineOptions
            {
                Width = settings.Width,
                Height = settings.Height,
                Seed = settings.Seed,
                DefectRate = settings.DefectRate,
                Count = settings.Count,
                Interval = TimeSpan.FromMilliseconds(settings.IntervalMs ?? 500),
            },
            time),
        SourceKind.Rtsp => new RtspSource(settings.Rtsp.ToOptions()),
        SourceKind.GStreamer => new GStreamerSource(settings.GStreamer.ToOptions()),
        SourceKind.V4l2 => new V4l2Source(settings.V4l2.ToOptions()),
        SourceKind.Genicam => new GenicamSource(Options(settings.Genicam), time),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "not a kind of source"),
    };

    internal static GenicamSourceOptions Options(GenicamSettings settings) => new()
    {
        Id = settings.Id ?? "",
        PixelFormat = settings.PixelFormat,
        Width = settings.Width,
        Height = settings.Height,
        OffsetX = settings.OffsetX,
        OffsetY = settings.OffsetY,
        ExposureUs = settings.ExposureUs,
        Gain = settings.Gain,
        FramesPerSecond = settings.FramesPerSecond,
        Trigger = settings.Is("off") ? null
            : settings.Is("software") ? GenicamSourceOptions.SoftwareTrigger
            : settings.Trigger,
        TriggerActivation = settings.TriggerActivation,
        PacketSize = settings.PacketSize,
        PacketResend = settings.PacketResend,
        Chunks = settings.Chunks,
        Features =
        [
            .. settings.Features.Select(feature => feature.Split('=', 2))
                .Select(parts => KeyValuePair.Create(parts[0].Trim(), parts[1].Trim())),
        ],
        Timeout = TimeSpan.FromMilliseconds(settings.TimeoutMs),
    };
}
