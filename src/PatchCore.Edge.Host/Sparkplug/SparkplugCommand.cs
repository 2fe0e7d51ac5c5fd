using Google.Protobuf;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>What node and cameras are told.</summary>
internal static class SparkplugCommand
{
    private const ulong LastMillisecond = 253_402_300_799_999;

    /// <summary>Whether the node is told to be born again.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no Sparkplug payload.</exception>
    public static bool AsksForRebirth(byte[] payload) => SparkplugPayload.Parser.ParseFrom(payload).Metrics.Any(
        metric => metric is { Name: NodeMetrics.Rebirth, BooleanValue: true });

    /// <summary>What a camera is told, by metrics that are written: each is a command of its own, in order.</summary>
    /// <param name="slots">The camera's.</param>
    /// <exception cref="InvalidProtocolBufferException">It is no Sparkplug payload.</exception>
    /// <exception cref="WireException">A metric cannot be written, or not so; then nothing is to be done.</exception>
    public static IReadOnlyList<CommandMessage> ToCamera(byte[] payload, IReadOnlyCollection<MetricSlot> slots)
    {
        var told = SparkplugPayload.Parser.ParseFrom(payload);
        if (told.Timestamp > LastMillisecond)
            throw new WireException($"timestamp is {told.Timestamp}, expected Unix milliseconds");
        DateTimeOffset? sentAt = told.HasTimestamp
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)told.Timestamp)
            : null;
        return [.. told.Metrics.Select(metric => Of(metric, slots) with { SentAt = sentAt })];
    }

    private static CommandMessage Of(SparkplugMetric metric, IReadOnlyCollection<MetricSlot> slots)
    {
        var name = metric.HasName
            ? metric.Name
            : slots.FirstOrDefault(slot => metric.HasAlias && slot.Alias == metric.Alias)?.Name;
        return name switch
        {
            DeviceMetrics.Threshold => new() { Command = CommandKind.Threshold, Threshold = Score(metric) },
            DeviceMetrics.Recipe => new() { Command = CommandKind.UseRecipe, RecipeName = Text(metric, name) },
            DeviceMetrics.Trigger => new() { Command = CommandKind.Trigger, PartId = Text(metric, name) },
            DeviceMetrics.Paused => metric.HasBooleanValue
                ? new() { Command = metric.BooleanValue ? CommandKind.Pause : CommandKind.Resume }
                : throw Unexpected(metric, name, "true or false"),
            _ => throw new WireException(
                $"{name ?? "a metric of an unknown alias"} cannot be written, expected {DeviceMetrics.Recipe}, "
                + $"{DeviceMetrics.Threshold}, {DeviceMetrics.Paused} or {DeviceMetrics.Trigger}"),
        };
    }

    private static float Score(SparkplugMetric metric)
    {
        var score = metric.ValueCase switch
        {
            SparkplugMetric.ValueOneofCase.FloatValue => metric.FloatValue,
            SparkplugMetric.ValueOneofCase.DoubleValue => (float)metric.DoubleValue,
            _ => float.NaN,
        };
        return score > 0 && float.IsFinite(score)
            ? score
            : throw Unexpected(metric, DeviceMetrics.Threshold, "a score above 0");
    }

    private static string Text(SparkplugMetric metric, string name) =>
        metric.HasStringValue ? metric.StringValue : throw Unexpected(metric, name, "text");

    private static WireException Unexpected(SparkplugMetric metric, string name, string expected)
    {
        var found = metric.ValueCase switch
        {
            SparkplugMetric.ValueOneofCase.None => "nothing",
            SparkplugMetric.ValueOneofCase.FloatValue => FormattableString.Invariant($"{metric.FloatValue}"),
            SparkplugMetric.ValueOneofCase.DoubleValue => FormattableString.Invariant($"{metric.DoubleValue}"),
            var other => other.ToString(),
        };
        return new WireException($"{name} is {found}, expected {expected}");
    }
}
