using System.Globalization;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>The whole program, a real broker, and a real disk that somebody else fills.</summary>
public sealed class FullDiskTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly MosquittoBroker _broker = MosquittoBroker.Start();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Results_go_past_a_full_disk_in_order_and_its_alarm_is_cleared_when_there_is_room()
    {
        var disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        using var results = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        using var alarms = await Subscriber.ToAsync(_broker.Port, "factory/s1/alarm");
        using var station = HostProcess.StartWithDisk(disk, "8m", ["run", "--config", Configuration(disk)]);
        results.Next();

        // Results that are on the disk, and are to stay ahead of those that go past it.
        _broker.Kill();
        await Task.Delay(TimeSpan.FromSeconds(4));
        var filler = Path.Combine(station.DiskOf(disk), "filler");
        var free = Fill(filler);
        // Longer than from one try of the disk to the next.
        await Task.Delay(TimeSpan.FromSeconds(7));
        _broker.Start();

        var alarm = AlarmMessage.Parse(alarms.Next().Payload);
        Assert.Equal((AlarmKind.Outbox, null), (alarm.Kind, alarm.Cleared));
        Assert.Contains($"{disk}/outbox.db: ", alarm.Text, StringComparison.Ordinal);
        Assert.Contains("full", alarm.Text, StringComparison.Ordinal);
        Assert.True(free > 0);
        var restarted = TimeProvider.System.GetUtcNow();
        results.Next(message => ResultMessage.Parse(message.Payload).CapturedAt > restarted);
        Assert.Equal(0, alarms.Waiting);

        File.Delete(filler);
        var cleared = AlarmMessage.Parse(alarms.Next().Payload);
        Assert.Equal((alarm.Kind, alarm.Since), (cleared.Kind, cleared.Since));
        Assert.NotNull(cleared.Cleared);
        results.Next(message => ResultMessage.Parse(message.Payload).CapturedAt > cleared.Cleared);
        station.Terminate();
        var (code, _, errors) = await station.EndAsync();

        Assert.Equal((0, ""), (code, errors));
        var once = results.All().Select(message => ResultMessage.Parse(message.Payload)).DistinctBy(r => r.Id).ToList();
        Assert.Equal(Enumerable.Range(1, once.Count).Select(i => (long)i), once.Select(result => result.FrameId));
        Assert.DoesNotContain(Verdict.Error, once.Select(result => result.Verdict));
        Assert.Contains(once, result => result.Historical);
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    /// <summary>To the last byte; returns how many there were.</summary>
    private static long Fill(string path)
    {
        var written = 0L;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            for (var block = new byte[4096]; ; written += block.Length)
                RandomAccess.Write(file, block, written);
        }
        catch (IOException)
        {
            return written;
        }
    }

    private string Configuration(string disk) => bundle.Write(
        "full.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "factory" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}}, "Outbox": { "Path": "{{disk}}/outbox.db" } },
          "Cameras": {
            "line-1": {
              "Bundle": "bundle", "DeadlineMs": 60000, "Heatmap": { "When": "never" },
              "Source": {
                "Kind": "simulated", "IntervalMs": 20, "Width": 128, "Height": 128, "DefectRate": 0.3,
                "EveryFrame": true
              }
            }
          }
        }
        """));
}
