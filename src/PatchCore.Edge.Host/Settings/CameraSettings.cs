namespace PatchCore.Edge.Host.Settings;

internal sealed class CameraSettings
{
    /// <summary>Folder of the model bundle; null where <see cref="Recipe"/> names one.</summary>
    public string? Bundle { get; set; }

    /// <summary>Name of the recipe to begin with; null: the bundle as it is.</summary>
    public string? Recipe { get; init; }

    public SourceSettings Source { get; init; } = new();

    /// <summary>Null: the bundle's.</summary>
    public float? Threshold { get; init; }

    /// <summary>Capture, or trigger, to verdict.</summary>
    public int DeadlineMs { get; init; } = 1000;

    public TriggerSettings Trigger { get; init; } = new();

    public HeatmapSettings Heatmap { get; init; } = new();

    public WatchdogSettings Watchdog { get; init; } = new();

    public DriftSettings Drift { get; init; } = new();

    public PlcSettings Plc { get; init; } = new();
}

internal enum SourceKind
{
    Folder,
    Video,
    Simulated,
    Rtsp,
    GStreamer,
    V4l2,
    Genicam,
}

internal sealed class SourceSettings
{
    public SourceKind Kind { get; init; }

    public string? Path { get; set; }

    /// <summary>
    /// Null: what the kind does by itself (a folder as fast as it is read, a video its own rate, a line 500 ms).
    /// </summary>
    public int? IntervalMs { get; init; }

    public bool Loop { get; init; }

    public FolderSettings Folder { get; init; } = new();

    public bool EveryFrame { get; init; }

    public int Width { get; init; } = 320;

    public int Height { get; init; } = 320;

    public int Seed { get; init; } = 7;

    public double DefectRate { get; init; } = 0.1;

    public long? Count { get; init; }

    public RtspSettings Rtsp { get; init; } = new();

    public GStreamerSettings GStreamer { get; init; } = new();

    public V4l2Settings V4l2 { get; init; } = new();

    public GenicamSettings Genicam { get; init; } = new();
}
