using System.Text;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;

namespace PatchCore.Edge.Host.Tests.Deployed;

/// <summary>What the broker of a line lets whom do, as deploy/mosquitto configures it.</summary>
public sealed class LineBrokerTests : IDisposable
{
    private const string NotAuthorized = "Not authorized";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly LineCertificates _certificates = new();
    private readonly LineBroker _broker;

    public LineBrokerTests() => _broker = new LineBroker(_certificates);

    [Theory]
    [InlineData(null)]
    [InlineData("foreign/operator")]
    public async Task Client_without_a_certificate_of_the_line_gets_nothing(string? certificate)
    {
        using var client = new MosquittoClient(_broker.As(certificate));
        var messages = 0;
        client.MessageReceived += _ => messages++;
        var subscribed = client.SubscribeAsync("#", 1);

        await client.StartUntilAsync(connected: false);
        await client.NextAsync(connected: false);

        Assert.False(client.IsConnected);
        Assert.Equal((false, 0), (subscribed.IsCompleted, messages));
    }

    [Fact]
    public async Task Viewer_reads_everything_and_cannot_command()
    {
        using var station = await Subscriber.ToAsync(_broker.As("station-1"), "patchcore/station-1/+/command");
        using var viewer = await Subscriber.ToAsync(_broker.As("viewer"), "patchcore/#");
        using var operators = await Subscriber.ToAsync(_broker.As("operator"), "patchcore/#");

        Assert.Equal(NotAuthorized, await RefusalAsync(viewer.Client, "patchcore/station-1/top/command", "no"));
        Publish(operators.Client, "patchcore/station-1/top/command", "of an operator");
        Publish(station.Client, "patchcore/station-1/top/result", "verdict");

        Assert.Equal("of an operator", Text(station.Next()));
        Assert.Equal("of an operator", Text(viewer.Next()));
        Assert.Equal("verdict", Text(viewer.Next()));
    }

    [Fact]
    public async Task Station_writes_its_own_topics_alone()
    {
        string[] others =
        [
            "patchcore/station-2/top/result", "patchcore/station-2/status", "patchcore/station-2/top/command",
            "patchcore/station-1/top/command", "plant/line-4/bridge", "spBv1.0/line-4/NDEATH/station-2",
            "spBv1.0/line-4/NCMD/station-1", "spBv1.0/line-5/NBIRTH/station-1",
        ];
        using var viewer = await Subscriber.ToAsync(_broker.As("viewer"), "#");
        using var station = new MosquittoClient(_broker.As("station-1"));
        await station.StartUntilAsync(connected: true);

        foreach (var topic in others)
            Assert.Equal((topic, NotAuthorized), (topic, await RefusalAsync(station, topic, "stray")));
        Publish(station, "patchcore/station-1/status", "own");

        Assert.Equal("patchcore/station-1/status", viewer.Next().Topic);
    }

    [Fact]
    public async Task Sparkplug_host_hears_stations_and_commands_them()
    {
        using var host = await Subscriber.ToAsync(_broker.As("scada"), "spBv1.0/#");
        using var station = await Subscriber.ToAsync(_broker.As("station-1"), "spBv1.0/line-4/NCMD/station-1");

        Assert.Equal(NotAuthorized, await RefusalAsync(host.Client, "spBv1.0/line-4/NDATA/station-1", "no"));
        Publish(host.Client, "spBv1.0/line-4/NCMD/station-1", "be born");
        Publish(station.Client, "spBv1.0/line-4/DDATA/station-1/top", "verdict");

        Assert.Equal("be born", Text(station.Next()));
        Assert.Equal("be born", Text(host.Next()));
        Assert.Equal("verdict", Text(host.Next()));
    }

    [Fact]
    public async Task Station_reads_its_own_commands_alone()
    {
        using var operators = new MosquittoClient(_broker.As("operator"));
        await operators.StartUntilAsync(connected: true);
        using var station = await Subscriber.ToAsync(_broker.As("station-1"), "patchcore/#");

        Publish(operators, "patchcore/station-2/top/command", "of another");
        Publish(operators, "patchcore/station-1/top/command", "own");

        Assert.Equal("own", Text(station.Next()));
    }

    [Fact]
    public async Task Controller_and_station_shake_hands_and_a_viewer_cannot()
    {
        using var controller = await Subscriber.ToAsync(
            _broker.As("operator"), "patchcore/station-1/top/plc/handshake");
        using var viewer = await Subscriber.ToAsync(_broker.As("viewer"), "patchcore/station-1/top/handshake");
        using var station = await Subscriber.ToAsync(_broker.As("station-1"), "patchcore/station-1/top/plc/set");

        Publish(controller.Client, "patchcore/station-1/top/plc/set", "T 1");
        Assert.Equal("T 1", Text(station.Next()));
        Publish(station.Client, "patchcore/station-1/top/plc/handshake", "line");
        Assert.Equal("line", Text(controller.Next()));
        Publish(station.Client, "patchcore/station-1/top/handshake", "json");
        Assert.Equal("json", Text(viewer.Next()));
        Assert.Equal(NotAuthorized, await RefusalAsync(viewer.Client, "patchcore/station-1/top/plc/set", "T 1"));
        Assert.Equal(NotAuthorized, await RefusalAsync(station.Client, "patchcore/station-1/top/plc/set", "T 1"));
    }

    public void Dispose()
    {
        _broker.Dispose();
        _certificates.Dispose();
    }

    private static string Text(MosquittoMessage message) => Encoding.UTF8.GetString(message.Payload);

    private static void Publish(MosquittoClient client, string topic, string text)
    {
        client.TryPublish(topic, Encoding.UTF8.GetBytes(text), new MosquittoDelivery(1), out _);
        Assert.True(client.Flush(Patience));
    }

    private static async Task<string> RefusalAsync(MosquittoClient client, string topic, string text)
    {
        var refused = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.PublishCompleted += receipt =>
        {
            if (receipt.Refusal is { } reason)
                refused.TrySetResult(reason);
        };
        client.TryPublish(topic, Encoding.UTF8.GetBytes(text), new MosquittoDelivery(1), out _);
        return await refused.Task.WaitAsync(Patience);
    }
}
