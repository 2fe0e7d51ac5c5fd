using System.Globalization;
using Microsoft.Data.Sqlite;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Wire;
using Xunit.Abstractions;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>
/// The whole program and a real broker, both killed again and again while a line runs. A trigger in the outbox's file
/// notes every result that was ever committed.
/// </summary>
public sealed class OutageTests(TrainedBundle bundle, ITestOutputHelper output)
    : IClassFixture<TrainedBundle>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// OUTAGES=10000,20,3 makes it 10,000 results, 20 kills of the broker and 3 of the program.
    /// </summary>
    [Fact]
    public async Task Every_committed_result_arrives_in_order_whoever_is_killed()
    {
        var plan = (Environment.GetEnvironmentVariable("OUTAGES") ?? "1500,5,2").Split(',');
        var (results, brokerKills, kills) = (Number(plan[0]), Number(plan[1]), Number(plan[2]));
        PrepareOutbox();
        // The broker remembers its subscriber when it is killed.
        using var broker = MosquittoBroker.Start(
            "allow_anonymous true\npersistence true\nautosave_interval 1\nautosave_on_changes true\n"
            + $"max_inflight_messages 0\nmax_queued_messages 0\npersistence_location {_folder.Path}/");
        using var subscriber = await Subscriber.ToAsync(
            Clients.Options(broker.Port) with { ClientId = "mes", SessionExpiry = TimeSpan.FromHours(1) },
            "factory/s1/+/result");
        var configuration = Configuration(broker.Port);
        var station = Start(configuration);
        try
        {
            var outages = brokerKills + kills;
            for (var i = 0; i < outages; i++)
            {
                await UntilAsync(() => subscriber.All().Count >= results * (i + 1) / (outages + 1));
                // The kills of the program are spread among those of the broker.
                if ((i + 1) * kills / outages > i * kills / outages)
                {
                    await station.KillAsync();
                    station.Dispose();
                    station = Start(configuration);
                    continue;
                }

                broker.Kill();
                await Task.Delay(TimeSpan.FromMilliseconds(500));
                broker.Start();
                await UntilAsync(() => subscriber.Client.IsConnected);
            }

            await UntilAsync(() => subscriber.All().Count >= results);
            station.Terminate();
            var (code, _, errors) = await station.EndAsync();
            Assert.Equal((0, ""), (code, errors));
        }
        catch (OperationCanceledException)
        {
            await station.KillAsync();
            var (code, log, errors) = await station.EndAsync();
            output.WriteLine($"{subscriber.All().Count} received of the program, {code}: {log}{errors}");
            throw;
        }
        finally
        {
            station.Dispose();
        }

        var committed = Committed();
        await UntilAsync(() => Ids(subscriber).Distinct().Count() >= committed.Count);
        var received = subscriber.All().Select(m => ResultMessage.Parse(m.Payload)).ToList();
        var once = received.DistinctBy(r => r.Id).ToList();
        output.WriteLine(
            $"{committed.Count} committed, {once.Count} received, {received.Count - once.Count} of them again, "
            + $"{once.Count(r => r.Historical)} historical; {brokerKills} kills of the broker, {kills} of the program");

        Assert.True(received.Count >= results);
        Assert.Empty(committed.Select(r => r.Id).Except(once.Select(r => r.Id)));
        Assert.Empty(once.Select(r => r.Id).Except(committed.Select(r => r.Id)));
        Assert.All(
            committed.GroupBy(r => r.Camera),
            camera => Assert.Equal(
                camera.Select(r => r.Id), once.Where(r => r.Camera == camera.Key).Select(r => r.Id)));
        Assert.Contains(once, r => r.Historical);
        Assert.False(once[0].Historical);
    }

    [Fact]
    public async Task Results_of_a_line_without_a_broker_arrive_when_it_comes_and_the_next_run_has_begun()
    {
        using var broker = MosquittoBroker.Prepare();
        var configuration = Configuration(broker.Port);
        using (var alone = HostProcess.Start(
        [
            "run", "--config", configuration, "--Cameras:line-1:Source:Count=20", "--Cameras:line-2:Source:Count=20",
            "--Cameras:line-1:Source:EveryFrame=true", "--Cameras:line-2:Source:EveryFrame=true",
        ]))
        {
            Assert.Equal(0, (await alone.EndAsync()).Code);
        }

        broker.Start();
        using var subscriber = await Subscriber.ToAsync(broker.Port, "factory/s1/+/result");
        using var station = Start(configuration);
        var received = Enumerable.Range(0, 50).Select(_ => ResultMessage.Parse(subscriber.Next().Payload)).ToList();

        Assert.All(received.Take(40), result => Assert.True(result.Historical));
        Assert.Equal(Enumerable.Range(1, 20), Frames("line-1"));
        Assert.Equal(Enumerable.Range(1, 20), Frames("line-2"));

        IEnumerable<int> Frames(string camera) =>
            received.Take(40).Where(r => r.Camera == camera).Select(r => (int)r.FrameId);
    }

    public void Dispose() => _folder.Dispose();

    private static HostProcess Start(string configuration) => HostProcess.Start(["run", "--config", configuration]);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<ResultId> Ids(Subscriber subscriber) =>
        subscriber.All().Select(m => ResultMessage.Parse(m.Payload).Id);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(20, patience.Token);
    }

    private void PrepareOutbox()
    {
        OutboxFile.Open(_folder["outbox.db"]).Dispose();
        Query(
            """
            CREATE TABLE committed (number INTEGER PRIMARY KEY AUTOINCREMENT, payload BLOB);
            CREATE TRIGGER note AFTER INSERT ON results
            BEGIN INSERT INTO committed (payload) VALUES (new.payload); END;
            """,
            _ => true);
    }

    private List<ResultMessage> Committed() => Query(
        "SELECT payload FROM committed ORDER BY number", reader => ResultMessage.Parse((byte[])reader[0]));

    private List<T> Query<T>(string text, Func<SqliteDataReader, T> read)
    {
        using var connection = new SqliteConnection($"Data Source={_folder["outbox.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private string Configuration(int port)
    {
        var camera =
            """
            {
              "Bundle": "bundle", "DeadlineMs": 30000, "Heatmap": { "When": "never" },
              "Source": { "Kind": "simulated", "IntervalMs": 20, "Width": 128, "Height": 128, "DefectRate": 0.3 }
            }
            """;
        return bundle.Write($"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "Station": { "Name": "s1", "TopicRoot": "factory" },
              "Mqtt": { "Host": "127.0.0.1", "Port": {{port}}, "Outbox": { "Path": "{{_folder["outbox.db"]}}" } },
              "Cameras": { "line-1": {{camera}}, "line-2": {{camera}} }
            }
            """));
    }
}
