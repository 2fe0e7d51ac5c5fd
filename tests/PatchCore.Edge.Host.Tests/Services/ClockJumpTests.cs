using System.Globalization;
using System.Runtime.InteropServices;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Tests.Commanding;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>The whole program and a real broker, while libfaketime sets the program's clock.</summary>
public sealed class ClockJumpTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly MosquittoBroker _broker = MosquittoBroker.Start();
    private readonly TemporaryFolder _folder = new();
    private readonly DateOnly _yesterday = ArchiveNames.DayOf(TimeProvider.System.GetUtcNow()).AddDays(-1);

    [Fact]
    public async Task Clock_that_jumps_ahead_and_back_costs_no_result_no_order_no_connection_and_no_picture()
    {
        var old = KeepYesterday();
        using var results = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        using var replies = await Subscriber.ToAsync(_broker.Port, "answers/me");
        Jump(0);
        using var systemd = new NotifySocket();
        using var station = HostProcess.Start(
            ["run", "--config", Configuration()],
            ("LD_PRELOAD", Library()), ("FAKETIME_TIMESTAMP_FILE", _folder["clock"]),
            ("FAKETIME_CACHE_DURATION", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1"),
            ("NOTIFY_SOCKET", systemd.Name), ("WATCHDOG_USEC", "2000000"));
        // Under the library it takes its time to start.
        for (var i = 0; i < 600 && results.Waiting == 0; i++)
            await Task.Delay(100);
        results.Next();

        foreach (var days in (int[])[400, 0, -1, 0])
        {
            Jump(days);
            var told = TimeProvider.System.GetUtcNow().AddDays(days);
            results.Next(message =>
                (ResultMessage.Parse(message.Payload).CapturedAt - told).Duration() < TimeSpan.FromMinutes(1));
            Assert.True(Tell(replies, told).Accepted);
            Assert.Contains("expected at most 30 s", Tell(replies, told.AddDays(1)).Reason, StringComparison.Ordinal);
            // The archive looks at what is too old once in that time.
            if (days > 0)
                await Task.Delay(PictureArchive.LookInterval);
            systemd.Next("WATCHDOG=1");
        }

        station.Terminate();
        var (code, log, errors) = await station.EndAsync();
        Assert.Equal((0, ""), (code, errors));
        var all = results.All().Select(message => ResultMessage.Parse(message.Payload)).ToList();
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => (long)i), all.Select(result => result.FrameId));
        Assert.Equal(all.Select(result => result.Id).Order(), all.Select(result => result.Id));
        Assert.Equal(all.Count, all.Select(result => result.Id).Distinct().Count());
        Assert.DoesNotContain(Verdict.Error, all.Select(result => result.Verdict));
        Assert.DoesNotContain(all, result => result.Historical);
        Assert.Equal(1, log.Split("Connected to the broker").Length - 1);
        Assert.Contains("the clock is 400.00 days ahead", log, StringComparison.Ordinal);
        Assert.True(File.Exists(old));
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private static string Library() => Path.Combine(
        "/usr/lib", RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu",
        "faketime", "libfaketimeMT.so.1");

    private static CommandReply Tell(Subscriber replies, DateTimeOffset sentAt)
    {
        replies.Client.TryPublish(
            "factory/s1/line-1/command",
            CommandedCamera.BytesOf(new() { Command = CommandKind.Status, SentAt = sentAt }),
            new MosquittoDelivery(1, ResponseTopic: "answers/me"), out _);
        return CommandReply.Parse(replies.Next().Payload);
    }

    /// <summary>Sets the program's clock so many days from what it is.</summary>
    private void Jump(int days)
    {
        _folder.Write("next", string.Create(CultureInfo.InvariantCulture, $"{days:+0;-0;+0}d\n"));
        File.Move(_folder["next"], _folder["clock"], overwrite: true);
    }

    /// <summary>A frame of the day before, as the archive wrote it.</summary>
    private string KeepYesterday()
    {
        var folder = Path.Combine(_folder["archive"], "line-1", ArchiveNames.FolderOf(_yesterday));
        Directory.CreateDirectory(folder);
        var name = Path.Combine(folder, "120000.000-01KJM89HZX0410C20A1G7104H0-FAIL");
        File.WriteAllText(name + ".png", "a picture");
        File.WriteAllText(name + ArchiveNames.Result, "{}");
        return name + ".png";
    }

    private string Configuration() => bundle.Write("jump.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "factory" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}}, "KeepAliveSeconds": 5 },
          "Archive": { "Path": "{{_folder["archive"]}}", "MaxDays": 30, "Pass": 20, "Sync": false },
          "Cameras": {
            "line-1": {
              "Bundle": "bundle", "DeadlineMs": 10000, "Heatmap": { "When": "never" },
              "Source": {
                "Kind": "simulated", "IntervalMs": 20, "Width": 128, "Height": 128, "DefectRate": 0.1,
                "EveryFrame": true
              }
            }
          }
        }
        """));
}
