using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

/// <summary>
/// The messages that tests write and the README of the stage shows; together they hold every property.
/// </summary>
internal static class MessageExamples
{
    internal static readonly DateTimeOffset Captured = new(2026, 3, 1, 8, 30, 0, 125, TimeSpan.Zero);

    public static ResultMessage Fail { get; } = new()
    {
        Id = new(
            Captured.AddMilliseconds(64).ToUnixTimeMilliseconds(),
            new UInt128(0x0000_0000_0000_0102, 0x0304_0506_0708_0910 << 1)),
        Station = "press-3",
        Camera = "top",
        FrameId = 1042,
        PartId = "sim-7-001041",
        PartType = "flange-120",
        Verdict = Verdict.Fail,
        Score = 3.25f,
        MaxDistance = 3.5f,
        Threshold = 2.75f,
        Defects = new(2, new DefectRegion[]
        {
            new(412.5, X: 118, Y: 40, Width: 31, Height: 18, Peak: 3.125f, PeakX: 130, PeakY: 47),
            new(36, X: 8, Y: 201, Width: 6, Height: 6, Peak: 2.5f, PeakX: 10, PeakY: 204),
        }),
        RecipeName = "flange",
        Bundle = "flange-2026-02",
        CapturedAt = Captured,
        PublishedAt = Captured.AddMilliseconds(64),
        Latency = new(Capture: 4.5, Queue: 1.5, Convert: 2.125, Embed: 20.75, Search: 30.5, Score: 0.375, Total: 55.25),
        Truth = "scratch",
        HeatmapTopic = "factory/press-3/top/heatmap",
        Layers = new("factory/press-3/top/picture", "factory/press-3/top/map"),
    };

    public static ResultMessage Pass { get; } = new()
    {
        Id = new(Captured.AddMilliseconds(60).ToUnixTimeMilliseconds(), 5),
        Station = "press-3",
        Camera = "top",
        FrameId = 1,
        Verdict = Verdict.Pass,
        Score = 1.5f,
        Threshold = 2.75f,
        Bundle = "flange-2026-02",
        CapturedAt = Captured,
        PublishedAt = Captured.AddMilliseconds(60),
    };

    public static ResultMessage Error { get; } = new()
    {
        Id = new(Captured.AddMilliseconds(2).ToUnixTimeMilliseconds(), 9),
        Station = "press-3",
        Camera = "top",
        FrameId = 1043,
        PartId = "part-17",
        Verdict = Verdict.Error,
        Reason = "/data/parts/part-17.png cannot be read: the JPEG is cut off",
        CapturedAt = Captured,
        PublishedAt = Captured.AddMilliseconds(2),
        Latency = new(Queue: 1.5, Total: 1.5),
        Historical = true,
    };

    public static StationStatus Online { get; } = new()
    {
        Station = "press-3",
        Online = true,
        Version = "0.1.0",
        StartedAt = Captured,
        PublishedAt = Captured.AddSeconds(2),
        Broker = "broker-1:8883",
        Bundle = "flange-2026-02",
        Providers = [new("CUDA", false, "libcublasLt.so.13 is missing"), new("CPU", true, "part of ONNX Runtime")],
        Cameras = ["top", "side"],
    };

    public static StationStatus LastWill { get; } = new()
    {
        Station = "press-3",
        Online = false,
        Reason = "connection lost",
        Version = "0.1.0",
        StartedAt = Captured,
        PublishedAt = Captured.AddSeconds(2),
    };

    public static CameraStateMessage Reconnecting { get; } = new()
    {
        Station = "press-3",
        Camera = "top",
        Status = new()
        {
            State = CameraState.Reconnecting,
            Source = "folder /data/parts",
            LastError = "folder /data/parts holds no images",
            Captured = 1043,
            Dropped = 12,
            Failures = 1,
            Reopened = 2,
        },
        PublishedAt = Captured.AddSeconds(9),
    };

    public static CameraStateMessage Frozen { get; } = Reconnecting with
    {
        Paused = true,
        Status = new()
        {
            State = CameraState.Streaming,
            Source = "camera 10.0.0.7",
            LastError = "camera 10.0.0.7: no frame for 10 s",
            Picture = new(PictureState.Frozen, 1920, 1080, PixelFormat.Bgr24),
            FramesPerSecond = 24.97,
            Captured = 81043,
            Dropped = 12,
            Failures = 31,
            Reopened = 2,
            Stalls = 2,
            Hung = 1,
        },
    };

    public static DriftMessage Drifting { get; } = new()
    {
        Station = "press-3",
        Camera = "top",
        Reading = new(
            DriftLevel.Drifting, DriftCauses.Scores | DriftCauses.Brightness, 18240, 0.015,
            new(
                DriftOrigin.Calibration, 200, 200, 0.1375, 0.26, 0.222516, 1.75, 1.5, 0.2, 0.0065, 0.00125),
            new(DriftOrigin.Calibration, 91.5, 97.5, -0.061538),
            new(DriftOrigin.Learned, 0.0205, 0.02, 0)),
        Since = Captured.AddMinutes(-4),
        Bundle = "flange-2026-02",
        PublishedAt = Captured,
    };

    public static AlarmMessage Alarm { get; } = new()
    {
        Station = "press-3",
        Camera = "top",
        Kind = AlarmKind.Drift,
        Severity = AlarmSeverity.Critical,
        Since = Captured.AddMinutes(-4),
        Text = "the line no longer looks as at calibration: brightness 87.5 instead of 97.5",
        PublishedAt = Captured,
    };

    public static AlarmMessage Acknowledged { get; } = Alarm with
    {
        Acknowledged = Captured.AddMinutes(2),
        AcknowledgedBy = "line lead, shift 2",
        PublishedAt = Captured.AddMinutes(2),
    };

    public static AlarmMessage Cleared { get; } = new()
    {
        Station = "press-3",
        Kind = AlarmKind.Archive,
        Severity = AlarmSeverity.Warning,
        Since = Captured.AddMinutes(-20),
        Cleared = Captured,
        Text = "pictures are kept again",
        PublishedAt = Captured,
    };

    public static HandshakeMessage Held { get; } = new()
    {
        Station = "press-3",
        Camera = "top",
        Handshake = new()
        {
            State = HandshakeState.ResultValid,
            Run = 1273950126,
            Heartbeat = 1042,
            Trigger = 18,
            Result = 18,
            PartId = "sim-7-001041",
            Verdict = Verdict.Fail,
            ResultId = Fail.Id,
            Missed = 3,
            TimedOut = 1,
            WrongAcknowledgements = 2,
            LateAcknowledgements = 1,
        },
        PublishedAt = Captured.AddMilliseconds(64),
    };

    public static HandshakeMessage Unready { get; } = Held with
    {
        Handshake = new()
        {
            State = HandshakeState.NotReady,
            Run = 1273950126,
            Heartbeat = 1043,
            Trigger = 18,
            Result = 18,
            Outcome = HandshakeOutcome.Acknowledged,
            Reason = "camera top is paused",
            Missed = 3,
            TimedOut = 1,
            WrongAcknowledgements = 2,
            LateAcknowledgements = 1,
        },
        PublishedAt = Captured.AddSeconds(1),
    };

    public static ArchiveMessage Archive { get; } = new()
    {
        Station = "press-3",
        State = ArchiveState.Failing,
        Reason = "Read-only file system : '/var/lib/patchcore-edge/archive/top'",
        Path = "/var/lib/patchcore-edge/archive",
        Frames = 18240,
        Bytes = 2147483648,
        Counted = true,
        Oldest = new(2026, 1, 30),
        Written = 412,
        Removed = 96,
        Skipped = new(12, 3, 0),
        PublishedAt = Captured,
    };

    public static MetricsMessage Metrics { get; } = new()
    {
        Station = "press-3",
        Interval = TimeSpan.FromSeconds(10),
        MemoryBytes = 412090368,
        Cpu = 0.4125,
        Collections = (12, 3, 1),
        Waiting = 2,
        Archive = ArchiveState.Ok,
        Cameras =
        [
            new()
            {
                Name = "top",
                Passed = 80211,
                Failed = 502,
                Errors = 47,
                Captured = 81043,
                Dropped = 12,
                Skipped = 240,
                Failures = 31,
                Stalls = 2,
                Hung = 1,
                FramesPerSecond = 24.97,
                Latency = [new("embed", 250, 7.75, 8.75, 12.25), new("total", 250, 21.5, 24.5, 31.5)],
            },
        ],
        PublishedAt = Captured,
    };
}
