using System.Text;

namespace PatchCore.Edge.Native.Tests.Mosquitto;

public sealed class MosquittoPublishTests : IDisposable
{
    private readonly MosquittoBroker _broker = MosquittoBroker.Start();

    [Fact]
    public async Task Publish_with_properties_arrives_with_them()
    {
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/#");
        using var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);

        var delivery = new MosquittoDelivery(
            1, Expiry: TimeSpan.FromSeconds(90), ContentType: "application/json", Correlation: "01J",
            UserProperties: [new("schema", "s/1"), new("camera", "oben ü"), new("schema", "s/1")]);
        Assert.True(client.TryPublish("line/1", "{\"verdict\":\"PASS\"}"u8, delivery, out _));

        var message = subscriber.Next();
        Assert.Equal("line/1", message.Topic);
        Assert.Equal("{\"verdict\":\"PASS\"}", Encoding.UTF8.GetString(message.Payload));
        Assert.Equal(1, message.Qos);
        Assert.False(message.Retain);
        Assert.Equal(TimeSpan.FromSeconds(90), message.Expiry);
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal("01J", message.Correlation?.ToString());
        Assert.Equal(delivery.UserProperties, message.UserProperties);
    }

    [Fact]
    public async Task Correlation_data_arrives_byte_by_byte()
    {
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/#");
        using var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);
        var bytes = new CorrelationData([.. Enumerable.Range(0, 256).Select(i => (byte)i), 0xff, 0x00]);

        client.TryPublish("line/1", [1], new MosquittoDelivery(1, Correlation: bytes), out _);
        client.TryPublish("line/1", [1], new MosquittoDelivery(1, Correlation: new CorrelationData([])), out _);

        Assert.Equal(bytes, subscriber.Next().Correlation);
        Assert.Equal(0, subscriber.Next().Correlation!.Length);
    }

    [Fact]
    public async Task Publish_retained_reaches_a_later_subscriber()
    {
        using var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);
        Assert.True(client.TryPublish("line/state", "running"u8, new MosquittoDelivery(1, Retain: true), out _));
        Assert.True(client.Flush(TimeSpan.FromSeconds(20)));

        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/state");

        var message = subscriber.Next();
        Assert.True(message.Retain);
        Assert.Equal("running"u8.ToArray(), message.Payload);
    }

    [Fact]
    public async Task Retained_message_says_so_to_who_is_there_already()
    {
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/state");
        using var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);

        Assert.True(client.TryPublish("line/state", "running"u8, new MosquittoDelivery(1, Retain: true), out _));

        Assert.True(subscriber.Next().Retain);
    }

    [Fact]
    public async Task Publish_of_a_heatmap_sized_payload_arrives_whole()
    {
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "heatmap");
        using var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);
        var payload = new byte[300_000];
        new Random(7).NextBytes(payload);

        Assert.True(client.TryPublish("heatmap", payload, new MosquittoDelivery(0), out _));

        Assert.Equal(payload, subscriber.Next().Payload);
    }

    [Fact]
    public async Task Completed_reports_every_published_id()
    {
        var completed = new HashSet<int>();
        using var client = new MosquittoClient(Clients.Options(_broker.Port));
        client.PublishCompleted += receipt =>
        {
            lock (completed)
                completed.Add(receipt.Id);
        };
        await client.StartUntilAsync(connected: true);
        var published = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(client.TryPublish("line/1", [1], new MosquittoDelivery(i % 2), out var id));
            published.Add(id);
        }

        Assert.True(client.Flush(TimeSpan.FromSeconds(20)));
        client.Dispose();

        Assert.Equal(100, published.Count);
        Assert.Equal(published, completed);
        Assert.Equal(0, client.Outstanding);
    }

    [Fact]
    public async Task Dispose_drains_what_is_outstanding()
    {
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/#");
        var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);
        for (var i = 0; i < 200; i++)
            Assert.True(client.TryPublish("line/1", [(byte)i], new MosquittoDelivery(1), out _));

        client.Dispose();

        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => (byte)i),
            Enumerable.Range(0, 200).Select(_ => subscriber.Next().Payload[0]));
    }

    [Fact]
    public void Publish_to_a_wildcard_topic_is_refused_by_name()
    {
        using var client = new MosquittoClient(Clients.Options(_broker.Port));

        var error = Assert.Throws<MosquittoException>(
            () => client.TryPublish("line/#", [1], new MosquittoDelivery(1), out _));

        Assert.Contains("line/#", error.Message, StringComparison.Ordinal);
        Assert.Equal("mosquitto_publish_v5", error.Function);
    }

    [Fact]
    public async Task Publish_from_many_threads_loses_nothing()
    {
        using var subscriber = await Subscriber.ToAsync(_broker.Port, "line/#");
        using var client = new MosquittoClient(Clients.Options(_broker.Port));
        await client.StartUntilAsync(connected: true);

        Parallel.For(
            0, 400, i => client.TryPublish("line/1", BitConverter.GetBytes(i), new MosquittoDelivery(1), out _));

        var received = Enumerable
            .Range(0, 400)
            .Select(_ => BitConverter.ToInt32(subscriber.Next().Payload))
            .ToHashSet();
        Assert.Equal(400, received.Count);
    }

    public void Dispose() => _broker.Dispose();
}
