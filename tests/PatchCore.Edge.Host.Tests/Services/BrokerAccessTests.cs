using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>A station that a real broker does not let do everything, and what it tells of it.</summary>
public sealed class BrokerAccessTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private const string Secret = "s3cret-Of-The-Line";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Result_that_is_not_authorized_is_told_by_topic_raises_an_alarm_and_stays_on_disk()
    {
        using var broker = MosquittoBroker.Start(
            $"allow_anonymous true\nacl_file {_folder.Write("acl", "topic read #\ntopic write factory/s1/alarm\n")}");
        using var alarms = await Subscriber.ToAsync(broker.Port, "factory/s1/alarm");
        using var station = HostProcess.Start(
            ["run", "--config", Configuration(broker.Port), "--Cameras:top:Source:Count=5"]);

        var alarm = AlarmMessage.Parse(alarms.Next().Payload);
        var (code, log, _) = await station.EndAsync();

        Assert.Equal(
            (AlarmKind.Broker, AlarmSeverity.Critical, "the broker refuses factory/s1/top/result: Not authorized"),
            (alarm.Kind, alarm.Severity, alarm.Text));
        Assert.Equal(0, code);
        // Once, although each of the five was refused.
        Assert.Equal(2, log.Split("The broker refused a message on factory/s1/top/result: Not authorized").Length);
        Assert.Contains("a message on factory/s1/status: Not authorized", log, StringComparison.Ordinal);
        using var connection = new SqliteConnection($"Data Source={_folder["outbox.db"]};Pooling=False");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM results";
        Assert.Equal(5L, count.ExecuteScalar());
    }

    [Fact]
    public async Task User_and_password_of_the_environment_open_the_broker_and_are_told_nowhere()
    {
        using var broker = Guarded();
        using var everything = await Subscriber.ToAsync(
            Clients.Options(broker.Port) with { Username = "edge", Password = Secret }, "#");
        using var station = HostProcess.Start(
            [
                "run", "--config", Configuration(broker.Port), "--Cameras:top:Source:Count=5",
                "--Mqtt:UsernameEnvironment=LINE_USER", "--Mqtt:PasswordEnvironment=LINE_PASSWORD",
                "--Logging:LogLevel:Default=Trace",
            ],
            ("LINE_USER", "edge"), ("LINE_PASSWORD", Secret));

        var (code, log, errors) = await station.EndAsync();

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(5, everything.All().Count(m => m.Topic == "factory/s1/top/result"));
        Assert.DoesNotContain(Secret, log, StringComparison.Ordinal);
        Assert.All(everything.All(), m => Assert.DoesNotContain(
            Secret, Encoding.UTF8.GetString(m.Payload), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_password_is_told_in_words_and_not_itself()
    {
        using var broker = Guarded();
        using var station = HostProcess.Start(
            [
                "run", "--config", Configuration(broker.Port), "--Cameras:top:Source:Count=5", "--Mqtt:Username=edge",
                $"--Mqtt:PasswordFile={_folder.Write("password", Secret + "-not\n")}",
            ]);

        var (_, log, errors) = await station.EndAsync();

        Assert.Contains(
            $"No connection to the broker 127.0.0.1:{broker.Port}: "
                + "the broker refused the connection: Not authorized; trying again",
            log, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, log + errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Lets in "edge" with the secret alone; mosquitto's format is $7$iterations$salt$hash, PBKDF2.</summary>
    private MosquittoBroker Guarded()
    {
        var salt = new byte[12];
        var hash = Rfc2898DeriveBytes.Pbkdf2(Secret, salt, 101, HashAlgorithmName.SHA512, 64);
        var passwords = _folder.Write(
            "passwords", $"edge:$7$101${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}\n");
        return MosquittoBroker.Start($"allow_anonymous false\npassword_file {passwords}");
    }

    private string Configuration(int port) => bundle.Write(
        $"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "factory", "DrainSeconds": 3 },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{port}}, "Outbox": { "Path": "{{_folder["outbox.db"]}}" } },
          "Cameras": {
            "top": {
              "Bundle": "bundle", "DeadlineMs": 30000, "Heatmap": { "When": "never" },
              "Source": { "Kind": "simulated", "IntervalMs": 20, "EveryFrame": true }
            }
          }
        }
        """));
}
