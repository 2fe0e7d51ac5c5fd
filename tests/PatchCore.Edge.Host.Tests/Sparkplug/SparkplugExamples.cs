using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Sparkplug;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

/// <summary>What an edge node may have to tell.</summary>
internal static class SparkplugExamples
{
    public static DateTimeOffset Captured { get; } = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_125);

    public static NodeReading Node { get; } =
        new("part-7", "CPU", Alarms: 2, Waiting: 5) { Cpu = 0.25, MemoryBytes = 5_000_000_000 };

    public static DeviceReading Device(CameraState state = CameraState.Streaming, long passed = 3) => new(
        new CameraStatus { State = state, FramesPerSecond = 12.5, Captured = 40, Dropped = 1, Failures = 2 },
        Paused: false, (passed, 4, 5), ("flange", "part-7", 21.5f), Done: state == CameraState.Ended);

    public static ResultMessage Result(int frame, Verdict verdict = Verdict.Fail) => new()
    {
        Id = new ResultId(Captured.ToUnixTimeMilliseconds(), (UInt128)frame),
        Station = "s1",
        Camera = "top",
        FrameId = frame,
        PartId = $"part-{frame}",
        Verdict = verdict,
        Score = verdict == Verdict.Error ? null : verdict == Verdict.Pass ? 1.5f : 64.5f,
        Threshold = 21.5f,
        Reason = verdict == Verdict.Error ? "no frame within 250 ms" : null,
        RecipeName = "flange",
        Bundle = "part-7",
        CapturedAt = Captured,
        PublishedAt = Captured.AddMilliseconds(25),
        Latency = new LatencyMs(Total: 24.5),
    };
}
