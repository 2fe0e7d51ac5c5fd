using System.Globalization;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Tests.Commanding;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;
using Xunit.Abstractions;

namespace PatchCore.Edge.Host.Tests.Learning;

/// <summary>The whole program and a real broker: a lot with a label on is told to be good while the line runs.</summary>
public sealed class LearningStationTests(TrainedBundle bundle, ITestOutputHelper output)
    : IClassFixture<TrainedBundle>, IDisposable
{
    private const int Labeled = 4;

    private readonly MosquittoBroker _broker = MosquittoBroker.Start();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task False_alarms_that_were_confirmed_pass_once_the_bank_has_learned_them_and_defects_still_fail()
    {
        var parts = WriteParts();
        using var results = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/result");
        using var replies = await Subscriber.ToAsync(_broker.Port, "answers/me");
        using var station = HostProcess.Start(["run", "--config", Configuration(parts)]);
        var before = Round(results, DateTimeOffset.MinValue);
        Assert.All(before.Values, result => Assert.Equal(Verdict.Fail, result.Verdict));
        Assert.Equal(Labeled + 1, before.Count);

        var old = before["defect"].Bundle;
        for (var i = 0; i < Labeled; i++)
        {
            var confirmed = await Tell(replies, new() { Command = CommandKind.Confirm, Id = before[$"label-{i}"].Id });
            Assert.Equal((true, i + 1), (confirmed.Accepted, confirmed.Confirmed));
        }

        var started = await Tell(replies, new() { Command = CommandKind.AddToBank, Last = Labeled });
        Assert.Equal(new BankLearning(LearningState.Started, "bundle", Labeled), started.Learning);
        // It gets what the line, and whatever else runs beside the tests, leaves of the processor.
        for (var i = 0; i < 1200 && replies.Waiting == 0; i++)
            await Task.Delay(100);
        var end = CommandReply.Parse(replies.Next().Payload);

        Assert.Null(end.Reason);
        Assert.Equal((LearningState.Done, Labeled), (end.Learning!.State, end.Learning.Frames));
        Assert.Equal((Labeled, 0), (end.Learning.Bank!.FalseAlarmsBefore, end.Learning.Bank.FalseAlarms));
        var after = Round(results, end.PublishedAt);
        Assert.Equal(Verdict.Fail, after["defect"].Verdict);
        Assert.All(
            after.Where(part => part.Key != "defect"),
            part => Assert.Equal((Verdict.Pass, end.Bundle), (part.Value.Verdict, part.Value.Bundle)));
        var again = await Tell(replies, new() { Command = CommandKind.AddToBank });
        Assert.Equal("0 parts of recipe bundle are confirmed and not learned, expected 1", again.Reason);
        Assert.True((await Tell(replies, new() { Command = CommandKind.Rollback })).Accepted);
        Assert.Equal(Verdict.Fail, Round(results, TimeProvider.System.GetUtcNow())["label-0"].Verdict);

        station.Terminate();
        Assert.Equal(0, (await station.EndAsync()).Code);
        var all = results.All().Select(message => ResultMessage.Parse(message.Payload)).ToList();
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => (long)i), all.Select(result => result.FrameId));
        Assert.DoesNotContain(Verdict.Error, all.Select(result => result.Verdict));
        Assert.Equal([old!, end.Bundle, old!], Changes(all.Select(result => result.Bundle!)));
        Show("after", all.Where(result => result.CapturedAt > end.PublishedAt));
        Show("while it learns", all.Where(
            result => result.CapturedAt > started.PublishedAt && result.CapturedAt < end.PublishedAt));

        void Show(string when, IEnumerable<ResultMessage> some)
        {
            var times = some.Select(result => result.Latency.Total!.Value).Order().ToList();
            output.WriteLine(
                $"{when}: {times.Count} frames, median {times[times.Count / 2]} ms, largest {times[^1]} ms");
        }
    }

    public void Dispose()
    {
        _broker.Dispose();
        _folder.Dispose();
    }

    private static List<string> Changes(IEnumerable<string> names)
    {
        var changes = new List<string>();
        foreach (var name in names)
        {
            if (changes.LastOrDefault() != name)
                changes.Add(name);
        }

        return changes;
    }

    /// <summary>The first result of each part from a time on.</summary>
    private static Dictionary<string, ResultMessage> Round(Subscriber results, DateTimeOffset from)
    {
        var round = new Dictionary<string, ResultMessage>();
        while (round.Count < Labeled + 1)
        {
            var result = ResultMessage.Parse(results.Next().Payload);
            if (result.CapturedAt > from)
                round.TryAdd(result.PartId!, result);
        }

        return round;
    }

    /// <summary>Tells again while the archive has not written the picture yet.</summary>
    private static async Task<CommandReply> Tell(Subscriber replies, CommandMessage command)
    {
        while (true)
        {
            replies.Client.TryPublish(
                "patchcore/s1/top/command", CommandedCamera.BytesOf(command),
                new MosquittoDelivery(1, Correlation: $"{Guid.NewGuid():N}", ResponseTopic: "answers/me"), out _);
            var reply = CommandReply.Parse(replies.Next().Payload);
            if (reply.Reason?.Contains("there is no picture", StringComparison.Ordinal) != true)
                return reply;
            await Task.Delay(50);
        }
    }

    /// <summary>Good parts with a label on, which the bank has not seen, and a defective one.</summary>
    private string WriteParts()
    {
        var parts = Directory.CreateDirectory(_folder["parts"]).FullName;
        var good = ImageFolder.List(Path.Combine(bundle.Dataset, "train", "good"));
        for (var i = 0; i < Labeled; i++)
        {
            using var image = NativeImage.Read(good[i]);
            var (width, bytes) = (image.Width, (int)image.Format);
            for (var y = 20; y < 70; y++)
            {
                for (var x = 20; x < 90; x++)
                {
                    image.Pixels.Slice(((y * width) + x) * bytes, bytes)
                        .Fill((byte)((x + y) / 6 % 2 == 0 ? 10 : 245));
                }
            }

            image.Write(Path.Combine(parts, string.Create(CultureInfo.InvariantCulture, $"label-{i}.png")));
        }

        File.Copy(
            Path.Combine(bundle.Dataset, "test", "missing_hole", "000.png"), Path.Combine(parts, "defect.png"));
        return parts;
    }

    private string Configuration(string parts) => bundle.Write(
        "learning.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}} },
          "Commands": { "Bank": true },
          "Archive": { "Path": "{{_folder["archive"]}}", "Sync": false },
          "Cameras": {
            "top": {
              "Bundle": "bundle", "DeadlineMs": 30000, "Heatmap": { "When": "never" },
              "Source": { "Kind": "folder", "Path": "{{parts}}", "Loop": true, "IntervalMs": 50, "EveryFrame": true }
            }
          }
        }
        """));
}
