using System.Globalization;
using System.Text;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>The whole program, with a light that goes dim: what is kept on disk, and what a subscriber sees.</summary>
public sealed class WatchedStationTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private const int Bright = 120;
    private const int Dim = 80;

    private readonly MosquittoBroker _broker = MosquittoBroker.Start();

    [Fact]
    public async Task Light_that_goes_dim_is_an_alarm_and_what_failed_is_kept_with_its_result()
    {
        var source = $$"""{ "Kind": "folder", "Path": "{{Parts()}}", "EveryFrame": true }""";
        var archive = Path.Combine(bundle.Dataset, "archive");
        using var drift = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/drift");
        using var alarms = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/alarm");
        using var results = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        using var station = HostProcess.Start(["run", "--config", Configuration(source)]);

        var (code, output, errors) = await station.EndAsync();

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("the line no longer looks as at calibration: brightness (", output, StringComparison.Ordinal);
        var first = DriftMessage.Parse(drift.Next().Payload);
        Assert.Equal((DriftLevel.Ok, "s1", "line-1"), (first.Reading.Level, first.Station, first.Camera));
        // The twelve frames of the bundle are too few for a baseline of scores, but their pictures were measured.
        Assert.Equal(
            (DriftOrigin.Learning, DriftOrigin.Calibration),
            (first.Reading.Scores.Origin, first.Reading.Brightness.Origin));
        var last = DriftMessage.Parse(
            drift.Next(m => DriftMessage.Parse(m.Payload).Reading.Level == DriftLevel.Alarm).Payload);
        Assert.True(last.Reading.Causes.HasFlag(DriftCauses.Brightness), $"{last}");
        var alarm = AlarmMessage.Parse(
            alarms.Next(m => AlarmMessage.Parse(m.Payload).Severity == AlarmSeverity.Critical).Payload);
        Assert.Equal((AlarmKind.Drift, "line-1", null), (alarm.Kind, alarm.Camera, alarm.Cleared));

        var published = Enumerable.Range(0, Bright + Dim).Select(_ => results.Next().Payload).ToDictionary(
            payload => ResultMessage.Parse(payload).Id.ToString());
        Assert.Contains(published.Values, payload => ResultMessage.Parse(payload).Verdict == Verdict.Fail);
        AssertKept(archive, published);
    }

    [Fact]
    public async Task Archive_that_cannot_be_written_to_stops_no_line_and_raises_an_alarm()
    {
        using var status = await Subscriber.ToAsync(_broker.Port, "factory/s1/archive");
        using var alarms = await Subscriber.ToAsync(_broker.Port, "factory/s1/alarm");
        using var results = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        // A folder that nobody can make: its parent is a file.
        var parent = bundle.Write($"{Guid.NewGuid():N}", "a file");
        var source = """{ "Kind": "simulated", "Count": 5, "EveryFrame": true, "IntervalMs": 10, "DefectRate": 1 }""";
        using var station = HostProcess.Start(
        [
            "run", "--config", Configuration(source), "--Archive:Path=" + Path.Combine(parent, "archive"),
        ]);

        var (code, _, _) = await station.EndAsync();

        Assert.Equal(0, code);
        var failing = ArchiveMessage.Parse(
            status.Next(m => ArchiveMessage.Parse(m.Payload).State == ArchiveState.Failing).Payload);
        Assert.Contains(parent, failing.Reason, StringComparison.Ordinal);
        Assert.Equal(AlarmKind.Archive, AlarmMessage.Parse(alarms.Next().Payload).Kind);
        for (var i = 0; i < 5; i++)
            Assert.NotEqual(Verdict.Error, ResultMessage.Parse(results.Next().Payload).Verdict);
    }

    public void Dispose() => _broker.Dispose();

    /// <summary>Every FAIL and every fiftieth frame that passed, as they were published.</summary>
    private static void AssertKept(string archive, Dictionary<string, byte[]> published)
    {
        var wanted = published.Where(pair => ResultMessage.Parse(pair.Value) is var result
            && (result.Verdict == Verdict.Fail || (result.Verdict == Verdict.Pass && result.FrameId % 50 == 0)));
        var kept = Directory.GetFiles(archive, "*.json", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileName(file).Split('-')[1]);
        Assert.Equal(wanted.Select(pair => pair.Key).Order(), kept.Keys.Order());
        foreach (var (id, file) in kept)
        {
            var result = ResultMessage.Parse(published[id]);
            Assert.StartsWith(
                Encoding.UTF8.GetString(published[id])[..^1], File.ReadAllText(file), StringComparison.Ordinal);
            Assert.Equal(result.Id, ResultMessage.Parse(File.ReadAllBytes(file)).Id);
            using var picture = NativeImage.Read(Path.ChangeExtension(file, ".png"));
            Assert.Equal((320, 320), (picture.Width, picture.Height));
            // Heatmaps are not published here: the archive has made those of the parts that failed.
            var heatmap = file[..^".json".Length] + "-heatmap.jpg";
            Assert.Equal(result.Verdict == Verdict.Fail, File.Exists(heatmap));
        }
    }

    private string Parts()
    {
        var folder = Directory.CreateDirectory(Path.Combine(bundle.Dataset, "dimmed")).FullName;
        var line = new SimulatedLineOptions { Seed = 3, DefectRate = 0 };
        using var part = NativeImage.Create(line.Width, line.Height, PixelFormat.Bgr24);
        using var seen = NativeImage.Empty();
        for (var i = 0; i < Bright + Dim; i++)
        {
            SimulatedPart.Describe(line, i % 40).Render(part);
            ImageOperations.Vary(part, [1, 0, 0, 0, 1, 0], 1, i < Bright ? 1 : 0.55, seen);
            seen.Write(Path.Combine(folder, $"{i:000}.jpg"));
        }

        return folder;
    }

    private string Configuration(string source) => bundle.Write(
        $"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "factory" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}} },
          "Archive": { "Path": "line/archive", "Pass": 50, "Buffers": 64, "Sync": false },
          "Cameras": {
            "line-1": {
              "Bundle": "bundle", "Source": {{source}}, "DeadlineMs": 60000,
              "Drift": { "Window": 50 }, "Heatmap": { "When": "never" }
            }
          }
        }
        """));
}
