using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Sparkplug;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;

namespace PatchCore.Edge.Host.Tests.Sparkplug;

public sealed class SparkplugLinkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MosquittoBroker _broker = MosquittoBroker.Start();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Node_is_born_then_its_cameras_then_results_follow_and_a_stop_is_its_death()
    {
        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(_broker.Port);
        Assert.Equal(["NBIRTH/s1 0", "DBIRTH/s1/top 1"], host.Next(2));

        node.Add("top", 1, 2);
        Assert.Equal(["DDATA/s1/top 2", "DDATA/s1/top 3"], host.Next(2));
        Assert.True(await node.Link.StopAsync(Patience));

        Assert.Equal(["NDEATH/s1 -"], host.Next(1));
    }

    [Fact]
    public async Task Births_and_data_are_sent_at_most_once_and_nothing_is_retained()
    {
        using var host = await Subscriber.ToAsync(_broker.Port, "spBv1.0/plant/#");
        await using var node = new EdgeNode(_broker.Port);
        node.Add("top", 1);
        var heard = Enumerable.Range(0, 3).Select(_ => host.Next()).ToList();
        await node.Link.StopAsync(Patience);

        Assert.All(heard, message => Assert.Equal((0, false), (message.Qos, message.Retain)));
        Assert.Equal(1, host.Next().Qos);
        using var late = await Listener.ToAsync(_broker.Port);
        Assert.Equal(0, late.Waiting);
    }

    [Fact]
    public async Task Node_dies_at_the_broker_that_its_station_leaves_and_is_born_at_the_other()
    {
        using var preferred = MosquittoBroker.Prepare();
        using var left = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(preferred.Port, second: _broker.Port);
        Assert.Equal(["NBIRTH/s1 0", "DBIRTH/s1/top 1"], left.Next(2));
        preferred.Start();
        using var joined = await Listener.ToAsync(preferred.Port);

        node.Link.Follow(Clients.Options(preferred.Port).ToString());
        node.Add("top", 1);

        Assert.Equal(["NDEATH/s1 -"], left.Next(1));
        Assert.Equal(["NBIRTH/s1 0", "DBIRTH/s1/top 1"], joined.Next(2));
        Assert.Equal(1, Frame(joined.Next("DDATA")));
        Assert.Equal(0, left.Waiting);
    }

    [Fact]
    public async Task Node_that_was_not_born_goes_where_its_station_is_as_soon_as_it_is_and_tries_that_once()
    {
        using var away = MosquittoBroker.Prepare();
        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(away.Port, second: _broker.Port, follow: away.Port);

        Assert.Equal(["NBIRTH/s1 0", "NDEATH/s1 -", "NBIRTH/s1 0", "DBIRTH/s1/top 1"], host.Next(4));
        node.Add("top", 1);
        Assert.Equal(["DDATA/s1/top 2"], host.Next(1));
    }

    [Fact]
    public async Task Rebirth_is_done_on_command_and_a_storm_of_commands_is_one()
    {
        var time = new ManualTime();
        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(_broker.Port, time);
        node.Add("top", 1);
        Assert.Equal(["NBIRTH/s1 0", "DBIRTH/s1/top 1", "DDATA/s1/top 2"], host.Next(3));

        time.Advance(SparkplugLink.BetweenRebirths);
        host.AskForRebirth();
        Assert.Equal(0ul, host.Next("NBIRTH").Seq);
        Assert.Equal(1ul, host.Next("DBIRTH").Seq);

        for (var i = 0; i < 20; i++)
            host.AskForRebirth();
        node.Add("top", 2);
        host.Next("DDATA");
        time.Advance(SparkplugLink.BetweenRebirths);
        node.Link.Wake();
        Assert.Equal(0ul, host.Next("NBIRTH").Seq);
        node.Add("top", 3);
        Assert.Equal(2ul, host.Next("DDATA").Seq);
        Assert.Equal(0, host.Waiting);
    }

    [Fact]
    public async Task Command_that_is_none_or_retained_changes_nothing()
    {
        var time = new ManualTime();
        using var sender = new MosquittoClient(Clients.Options(_broker.Port));
        await sender.StartUntilAsync(connected: true);
        using var host = await Listener.ToAsync(_broker.Port);
        sender.TryPublish("spBv1.0/plant/NCMD/s1", Listener.Rebirth, new MosquittoDelivery(1, Retain: true), out _);
        Assert.True(sender.Flush(Patience));
        await using var node = new EdgeNode(_broker.Port, time);
        host.Next("DBIRTH");
        time.Advance(SparkplugLink.BetweenRebirths);

        foreach (var payload in (byte[][])[[0xff, 0xff], [], "{}"u8.ToArray()])
            sender.TryPublish("spBv1.0/plant/NCMD/s1", payload, new MosquittoDelivery(1), out _);
        Assert.True(sender.Flush(Patience));
        node.Add("top", 1);

        // A rebirth would have begun to count anew.
        Assert.Equal(2ul, host.Next("DDATA").Seq);
    }

    [Fact]
    public async Task Broker_that_comes_back_gets_births_with_the_next_number_and_what_waited()
    {
        var time = new ManualTime();
        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(_broker.Port, time);
        node.Add("top", 1);
        Assert.Equal(0, Number(host.Next("NBIRTH")));
        Assert.Equal(1, Frame(host.Next("DDATA")));

        _broker.Kill();
        await UntilAsync(() => !host.Client.IsConnected);
        node.Add("top", 2, 3);
        _broker.Start();
        await UntilAsync(() => host.Client.IsConnected && node.Link.Waiting == 0);
        // The host may have come too late for the first births.
        time.Advance(SparkplugLink.BetweenRebirths);
        host.AskForRebirth();

        Assert.Equal(1, Number(host.Next("NBIRTH")));
    }

    [Fact]
    public async Task What_waited_goes_out_after_the_births_historical_and_in_order()
    {
        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(_broker.Port, before: Enumerable.Range(1, 300));

        Assert.Equal(["NBIRTH/s1 0", "DBIRTH/s1/top 1"], host.Next(2));
        var late = Enumerable.Range(0, 300).Select(_ => host.Next("DDATA")).ToList();
        node.Add("top", 301);
        var now = host.Next("DDATA");

        Assert.Equal(Enumerable.Range(1, 300), late.Select(Frame));
        Assert.Equal(Enumerable.Range(2, 300).Select(seq => (ulong)(seq % 256)), late.Select(data => data.Seq));
        Assert.All(late.SelectMany(data => data.Metrics), metric => Assert.True(metric.IsHistorical));
        Assert.All(now.Metrics, metric => Assert.False(metric.IsHistorical));
    }

    [Fact]
    public async Task Camera_that_is_lost_dies_and_is_born_with_what_it_had_to_tell_meanwhile()
    {
        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(_broker.Port);
        Assert.Equal(["NBIRTH/s1 0", "DBIRTH/s1/top 1"], host.Next(2));

        node.Set("side", CameraState.Streaming);
        Assert.Equal(["DBIRTH/s1/side 2"], host.Next(1));
        node.Set("top", CameraState.Reconnecting);
        Assert.Equal(["DDEATH/s1/top 3"], host.Next(1));
        node.Add("top", 1);
        node.Add("side", 2);
        Assert.Equal(["DDATA/s1/side 4"], host.Next(1));
        node.Set("top", CameraState.Streaming);
        Assert.Equal(["DBIRTH/s1/top 5", "DDATA/s1/top 6"], host.Next(2));
        node.Set("side", CameraState.Ended);

        Assert.Equal(["DDEATH/s1/side 7"], host.Next(1));
    }

    [Fact]
    public async Task Camera_that_stays_away_is_born_for_as_long_as_its_results_take_when_they_become_many()
    {
        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(_broker.Port);
        host.Next(2);
        node.Add("side", Enumerable.Range(1, 256));

        Assert.Equal(["DBIRTH/s1/side 2", "DDATA/s1/side 3"], host.Next(2));
        for (var frame = 2; frame <= 256; frame++)
            Assert.Equal(frame, Frame(host.Next("DDATA")));
        host.Next("DDEATH");
    }

    [Fact]
    public async Task Results_in_a_folder_outlive_the_link_and_so_does_its_number()
    {
        using (var early = MosquittoBroker.Prepare())
        {
            await using var alone = new EdgeNode(early.Port, durable: Durable(), number: Kept());
            alone.Add("top", Enumerable.Range(1, 20));
            await alone.Link.StopAsync(TimeSpan.FromSeconds(5));
        }

        using var host = await Listener.ToAsync(_broker.Port);
        await using var node = new EdgeNode(_broker.Port, durable: Durable(), number: Kept());

        Assert.Equal(0, Number(host.Next("NBIRTH")));
        Assert.Equal(Enumerable.Range(1, 20), Enumerable.Range(1, 20).Select(_ => Frame(host.Next("DDATA"))));
        Assert.Equal(1, Kept().Value);
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private static int Number(SparkplugPayload birth) =>
        (int)birth.Metrics.Single(metric => metric.Name == "bdSeq").LongValue;

    /// <summary>The frame's id is the one Int64 of a result.</summary>
    private static int Frame(SparkplugPayload data) =>
        (int)data.Metrics.Single(metric => metric.Datatype == 4).LongValue;

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(5, patience.Token);
    }

    private BirthNumber Kept() => new(_folder["bdseq"]);

    private DurableOutbox Durable() => new(
        _folder["outbox.db"], new OutboxLimits(1 << 20, TimeSpan.FromHours(1)), new MosquittoDelivery(0), 1 << 20,
        TimeProvider.System, NullLogger.Instance);
}
