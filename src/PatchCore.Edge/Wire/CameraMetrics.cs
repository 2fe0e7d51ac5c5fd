using System.Text.Json;

namespace PatchCore.Edge.Wire;

/// <summary>How long frames took in a stage within the interval, in milliseconds; of verdicts within it.</summary>
public readonly record struct StageMetrics(string Stage, long Count, double P50, double P95, double P99);

/// <summary>One camera in <see cref="MetricsMessage"/>. Counts are since the start.</summary>
public sealed record CameraMetrics
{
    /// <summary>In the order of a frame's way.</summary>
    private static readonly string[] Stages =
        ["capture", "queue", "convert", "embed", "search", "score", "render", "publish", "total"];

    public required string Name { get; init; }

    public long Passed { get; init; }

    public long Failed { get; init; }

    public long Errors { get; init; }

    /// <summary>Frames that the source delivered, failed ones included.</summary>
    public long Captured { get; init; }

    /// <summary>Frames that a newer one replaced.</summary>
    public long Dropped { get; init; }

    /// <summary>Frames that nobody asked for.</summary>
    public long Skipped { get; init; }

    /// <summary>Frames without a picture, or with one that is refused.</summary>
    public long Failures { get; init; }

    /// <summary>Times the source gave nothing for too long.</summary>
    public long Stalls { get; init; }

    /// <summary>Times the source did not return when told to.</summary>
    public long Hung { get; init; }

    /// <summary>That the source gives, smoothed; null before the second frame.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>Of the interval; stages that no frame went through are missing.</summary>
    public IReadOnlyList<StageMetrics> Latency { get; init; } = [];

    internal static CameraMetrics Read(WireReader camera)
    {
        if (!camera.TryObject("verdicts", out var verdicts))
            throw camera.Unexpected("verdicts", "missing", "an object");
        if (!camera.TryObject("latencyMs", out var latency))
            throw camera.Unexpected("latencyMs", "missing", "an object");
        var stages = new List<StageMetrics>();
        foreach (var name in Stages)
        {
            if (latency.TryObject(name, out var stage))
            {
                stages.Add(new StageMetrics(
                    name, stage.Integer("count"), stage.Number("p50") ?? 0, stage.Number("p95") ?? 0,
                    stage.Number("p99") ?? 0));
            }
        }

        return new CameraMetrics
        {
            Name = camera.Text("camera"),
            Passed = verdicts.Integer("pass"),
            Failed = verdicts.Integer("fail"),
            Errors = verdicts.Integer("error"),
            Captured = camera.Integer("captured"),
            Dropped = camera.Integer("dropped"),
            Skipped = camera.Integer("skipped"),
            Failures = camera.Integer("failures"),
            Stalls = camera.Integer("stalls"),
            Hung = camera.Integer("hung"),
            FramesPerSecond = camera.Number("framesPerSecond"),
            Latency = stages,
        };
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("camera"u8, Name);
        json.WriteStartObject("verdicts"u8);
        json.WriteNumber("pass"u8, Passed);
        json.WriteNumber("fail"u8, Failed);
        json.WriteNumber("error"u8, Errors);
        json.WriteEndObject();
        json.WriteNumber("captured"u8, Captured);
        json.WriteNumber("dropped"u8, Dropped);
        json.WriteNumber("skipped"u8, Skipped);
        json.WriteNumber("failures"u8, Failures);
        json.WriteNumber("stalls"u8, Stalls);
        json.WriteNumber("hung"u8, Hung);
        if (FramesPerSecond is { } rate)
            json.WriteRounded("framesPerSecond"u8, rate);
        json.WriteStartObject("latencyMs"u8);
        foreach (var stage in Latency)
        {
            json.WriteStartObject(stage.Stage);
            json.WriteNumber("count"u8, stage.Count);
            json.WriteMilliseconds("p50"u8, stage.P50);
            json.WriteMilliseconds("p95"u8, stage.P95);
            json.WriteMilliseconds("p99"u8, stage.P99);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
