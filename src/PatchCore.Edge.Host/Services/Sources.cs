using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Services;

/// <summary>Makes the source that a camera's settings describe.</summary>
internal static class Sources
{
    public static IFrameSource Open(SourceSettings settings, TimeProvider time) => settings.Kind switch
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
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "not a kind of source"),
    };
}
