using Google.Protobuf;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>What the node is told.</summary>
internal static class SparkplugCommand
{
    /// <summary>Whether it is told to be born again.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no Sparkplug payload.</exception>
    public static bool AsksForRebirth(byte[] payload) => SparkplugPayload.Parser.ParseFrom(payload).Metrics.Any(
        metric => metric is { Name: NodeMetrics.Rebirth, BooleanValue: true });
}
