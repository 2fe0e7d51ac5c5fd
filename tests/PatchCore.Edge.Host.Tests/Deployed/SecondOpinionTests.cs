using System.Globalization;
using System.Text.Json;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Wire;
using Xunit.Abstractions;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>What another MQTT 5 client sees of a station, and gets out of it.</summary>
public sealed class SecondOpinionTests(TrainedBundle bundle, ITestOutputHelper output)
    : IClassFixture<TrainedBundle>, IDisposable
{
    private const string Camera = "factory/s1/top/";
    private const string Json = "application/json";

    private readonly MosquittoBroker _broker = MosquittoBroker.Start();

    [Fact]
    public async Task Every_message_has_its_quality_of_service_retain_flag_and_properties()
    {
        using var other = new SecondOpinion(_broker.Port, "factory/#");
        await other.Ready;
        using var station = HostProcess.Start(["run", "--config", Configuration()]);

        var result = await other.OnAsync(Camera + "result");
        var heatmap = await other.OnAsync(Camera + "heatmap");
        var plc = await other.OnAsync(Camera + "plc");
        var metrics = await other.OnAsync("factory/s1/metrics");
        var state = await other.OnAsync(Camera + "state");
        var status = await other.OnAsync("factory/s1/status");

        Assert.Equal((1, false, Json, 120, "patchcore.result/1"), Of(result));
        Assert.Equal((0, false, "image/jpeg", 120, null), Of(heatmap));
        Assert.Equal((1, false, "text/plain", 120, null), Of(plc));
        Assert.Equal((0, false, Json, "patchcore.metrics/1"), Less(Of(metrics)));
        Assert.Equal((1, true, Json, null, "patchcore.camera-state/1"), Of(state));
        Assert.Equal((1, true, Json, null, "patchcore.status/1"), Of(status));
        var shown = other.Received.First(message =>
            message.GetProperty("topic").GetString() == Camera + "result"
            && Parsed(message).Id.ToString() == Text(heatmap.GetProperty("correlation")));
        var user = heatmap.GetProperty("user");
        Assert.Equal(
            ("top", $"{Parsed(shown).FrameId}", $"{Parsed(shown).Verdict}".ToUpperInvariant()),
            (user.GetProperty("camera").GetString(), user.GetProperty("frameId").GetString(),
                user.GetProperty("verdict").GetString()));
        Assert.StartsWith("ffd8ff", heatmap.GetProperty("payload").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            $"127.0.0.1:{_broker.Port}", StationStatus.Parse(Bytes(status.GetProperty("payload"))).Broker);
        Assert.All(other.Received, message => Assert.False(message.GetProperty("dup").GetBoolean()));
        output.WriteLine($"{other.Received.Count} messages on "
            + $"{other.Received.Select(m => m.GetProperty("topic").GetString()).Distinct().Count()} topics");
    }

    [Fact]
    public async Task Command_with_binary_correlation_data_is_answered_with_it_on_its_response_topic_alone()
    {
        byte[] correlation = [0x00, 0xff, 0xfe, 0x80, 0x00];
        const string Status = """{ "schema": "patchcore.command/1", "command": "status" }""";
        using var other = new SecondOpinion(_broker.Port, "#");
        await other.Ready;
        using var station = HostProcess.Start(["run", "--config", Configuration()]);
        await other.OnAsync(Camera + "result");

        other.Send(Camera + "command", Status, correlation, "mes/answers");
        var answer = await other.OnAsync("mes/answers");
        other.Send(Camera + "command", Status, [0xff, 0x00], Camera + "result");
        var refusal = await other.OnAsync(Camera + "reply");
        other.Send(
            Camera + "command", """{ "schema": "patchcore.command/1", "command": "snapshot" }""", [0x80], "mes/pictures");
        var picture = await other.OnAsync("mes/pictures", m => m.GetProperty("contentType").GetString() == "image/jpeg");

        Assert.Equal("00fffe8000", answer.GetProperty("correlation").GetString());
        Assert.Equal((1, false, Json, 60, "patchcore.reply/1"), Of(answer));
        Assert.NotNull(CommandReply.Parse(Bytes(answer.GetProperty("payload"))).Status);
        Assert.Equal("ff00", refusal.GetProperty("correlation").GetString());
        Assert.Equal(
            "the response topic factory/s1/top/result is one of a station's own, "
                + "expected factory/s1/top/reply or one that no station uses",
            CommandReply.Parse(Bytes(refusal.GetProperty("payload"))).Reason);
        Assert.Equal((0, "80"), (picture.GetProperty("qos").GetInt32(), picture.GetProperty("correlation").GetString()));
        Assert.Equal("top", picture.GetProperty("user").GetProperty("camera").GetString());
    }

    public void Dispose() => _broker.Dispose();

    private static (int Qos, bool Retain, string? ContentType, int? Expiry, string? Schema) Of(JsonElement message) => (
        message.GetProperty("qos").GetInt32(),
        message.GetProperty("retain").GetBoolean(),
        message.TryGetProperty("contentType", out var type) ? type.GetString() : null,
        // It runs while a message waits, before the first connection for example.
        message.TryGetProperty("expiry", out var expiry) ? (expiry.GetInt32() + 29) / 30 * 30 : null,
        message.GetProperty("user").TryGetProperty("schema", out var schema) ? schema.GetString() : null);

    private static (int, bool, string?, string?) Less(
        (int Qos, bool Retain, string? ContentType, int? Expiry, string? Schema) message) =>
        (message.Qos, message.Retain, message.ContentType, message.Schema);

    private static ResultMessage Parsed(JsonElement message) =>
        ResultMessage.Parse(Bytes(message.GetProperty("payload")));

    private static byte[] Bytes(JsonElement hex) => Convert.FromHexString(hex.GetString()!);

    private static string Text(JsonElement hex) => System.Text.Encoding.UTF8.GetString(Bytes(hex));

    private string Configuration() => bundle.Write(
        $"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "factory" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}}, "ResultExpirySeconds": 120, "MetricsSeconds": 0.5 },
          "Cameras": {
            "top": {
              "Bundle": "bundle", "Source": { "Kind": "simulated", "IntervalMs": 100, "DefectRate": 0.5 },
              "DeadlineMs": 30000, "Heatmap": { "When": "always" }, "Plc": { "Compact": true }
            }
          }
        }
        """));
}
