using Google.Protobuf;
using PatchCore.Edge.Host.Sparkplug;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

public sealed class SparkplugCommandTests
{
    private static readonly DateTimeOffset Sent = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private readonly SparkplugSession _session = new(["top", "side"], TimeProvider.System);

    [Fact]
    public void Written_metrics_are_commands_in_order_by_alias_or_name()
    {
        var alias = _session.SlotsOf("side").Single(slot => slot.Name == "Recipe/Threshold").Alias!.Value;

        var commands = Commands(
            "side",
            new SparkplugMetric { Name = "Recipe/Name", StringValue = "flange" },
            new SparkplugMetric { Alias = alias, DoubleValue = 20.5 },
            new SparkplugMetric { Name = "Camera/Paused", BooleanValue = true },
            new SparkplugMetric { Name = "Camera/Paused", BooleanValue = false },
            new SparkplugMetric { Name = "Device Control/Trigger", StringValue = "part-17" });

        Assert.Equal(
            [
                new() { Command = CommandKind.UseRecipe, RecipeName = "flange", SentAt = Sent },
                new() { Command = CommandKind.Threshold, Threshold = 20.5f, SentAt = Sent },
                new() { Command = CommandKind.Pause, SentAt = Sent },
                new() { Command = CommandKind.Resume, SentAt = Sent },
                new() { Command = CommandKind.Trigger, PartId = "part-17", SentAt = Sent },
            ],
            commands);
    }

    [Fact]
    public void Alias_of_another_camera_is_refused()
    {
        var alias = _session.SlotsOf("side").Single(slot => slot.Name == "Recipe/Threshold").Alias!.Value;

        Assert.StartsWith(
            "a metric of an unknown alias cannot be written, expected Recipe/Name, Recipe/Threshold",
            Refusal(new SparkplugMetric { Alias = alias, FloatValue = 20 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Value_that_cannot_be_is_refused_with_what_was_found_and_expected()
    {
        Assert.Equal(
            "Recipe/Threshold is -1, expected a score above 0",
            Refusal(new SparkplugMetric { Name = "Recipe/Threshold", FloatValue = -1 }));
        Assert.Equal(
            "Recipe/Threshold is NaN, expected a score above 0",
            Refusal(new SparkplugMetric { Name = "Recipe/Threshold", DoubleValue = double.NaN }));
        Assert.Equal(
            "Recipe/Name is nothing, expected text", Refusal(new SparkplugMetric { Name = "Recipe/Name" }));
        Assert.Equal(
            "Camera/Paused is StringValue, expected true or false",
            Refusal(new SparkplugMetric { Name = "Camera/Paused", StringValue = "yes" }));
        Assert.Equal(
            "timestamp is 18446744073709551615, expected Unix milliseconds",
            Assert.Throws<WireException>(() => SparkplugCommand.ToCamera(
                new SparkplugPayload { Timestamp = ulong.MaxValue }.ToByteArray(), _session.SlotsOf("top"))).Message);
    }

    private string Refusal(SparkplugMetric metric) =>
        Assert.Throws<WireException>(() => Commands("top", metric)).Message;

    private IReadOnlyList<CommandMessage> Commands(string camera, params SparkplugMetric[] metrics)
    {
        var payload = new SparkplugPayload { Timestamp = (ulong)Sent.ToUnixTimeMilliseconds(), Metrics = { metrics } };
        return SparkplugCommand.ToCamera(payload.ToByteArray(), _session.SlotsOf(camera));
    }
}
