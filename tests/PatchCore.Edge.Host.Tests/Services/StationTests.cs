using System.Globalization;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>The whole program against a real broker: what a subscriber sees.</summary>
public sealed class StationTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly MosquittoBroker _broker = MosquittoBroker.Start();

    [Fact]
    public async Task Simulated_line_is_inspected_across_a_broker_restart_until_sigterm()
    {
        using var results = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        using var pictured = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        using var heatmaps = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/heatmap");
        using var retained = await Subscriber.ToAsync(_broker.Port, "factory/s1/#");
        using var systemd = new NotifySocket();
        using var station = HostProcess.Start(
            ["run", "--config", Configuration("""{ "Kind": "simulated", "IntervalMs": 20, "DefectRate": 0.5 }""")],
            ("NOTIFY_SOCKET", systemd.Name), ("WATCHDOG_USEC", "400000"));

        var first = ResultMessage.Parse(results.Next().Payload);
        Assert.Equal(("s1", "line-1"), (first.Station, first.Camera));
        Assert.NotNull(first.Truth);
        Assert.True(first.Latency.Total > 0);
        Assert.All(
            [first.Latency.Convert, first.Latency.Embed, first.Latency.Search, first.Latency.Score],
            stage => Assert.InRange(stage!.Value, 0, first.Latency.Total!.Value));
        var heatmap = heatmaps.Next();
        Assert.Equal("image/jpeg", heatmap.ContentType);
        Assert.Equal([0xff, 0xd8, 0xff], heatmap.Payload[..3]);
        var of = ResultMessage.Parse(
            pictured.Next(m => ResultMessage.Parse(m.Payload).Id.ToString() == heatmap.Correlation?.ToString()).Payload);
        Assert.Equal(
            [
                new("id", of.Id.ToString()), new("station", "s1"), new("camera", "line-1"),
                new("frameId", of.FrameId.ToString(CultureInfo.InvariantCulture)),
                new("capturedAt", WireFormat.TimeText(of.CapturedAt)), new("partId", of.PartId!),
                new("verdict", "FAIL"),
            ],
            heatmap.UserProperties);
        Assert.True(StationStatus.Parse(
            retained.Next(m => m.Topic.EndsWith("/status", StringComparison.Ordinal)).Payload).Online);
        Assert.Equal("READY=1\nSTATUS=inspecting line-1", systemd.Next("READY=1"));
        systemd.Next("WATCHDOG=1");

        _broker.Kill();
        _broker.Start();
        // Results that waited may come first; one that was captured after the restart proves that publishing resumed.
        var restarted = DateTimeOffset.UtcNow;
        results.Next(m => ResultMessage.Parse(m.Payload).CapturedAt > restarted);
        Assert.True(StationStatus.Parse(
            retained.Next(m => m.Topic.EndsWith("/status", StringComparison.Ordinal)).Payload).Online);

        station.Terminate();
        var (code, output, errors) = await station.EndAsync();
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("Stopped:", output, StringComparison.Ordinal);
        systemd.Next("STOPPING=1");
        var goodbye = retained.Next(
            m => m.Topic.EndsWith("/status", StringComparison.Ordinal) && !StationStatus.Parse(m.Payload).Online);
        Assert.Equal("stopped", StationStatus.Parse(goodbye.Payload).Reason);
        using var late = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/state");
        Assert.Equal(CameraState.Ended, CameraStateMessage.Parse(late.Next().Payload).Status.State);
    }

    [Fact]
    public async Task Killed_station_leaves_its_last_will()
    {
        using var retained = await Subscriber.ToAsync(_broker.Port, "factory/s1/status");
        using (HostProcess.Start(["run", "--config", Configuration("""{ "Kind": "simulated" }""")]))
            Assert.True(StationStatus.Parse(retained.Next().Payload).Online);

        // A station that has loaded its bundles says once more that it is online: what counts is what comes last.
        var will = retained.Next(m => !StationStatus.Parse(m.Payload).Online);

        Assert.Equal("connection lost", StationStatus.Parse(will.Payload).Reason);
    }

    [Fact]
    public async Task Unreadable_image_is_an_error_with_its_reason_and_the_end_of_the_folder_ends_the_station()
    {
        var folder = Directory.CreateDirectory(Path.Combine(bundle.Dataset, "mixed")).FullName;
        File.Copy(
            Path.Combine(bundle.Dataset, "train", "good", "000.png"), Path.Combine(folder, "a.png"), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(folder, "b.png"), "not a picture");
        File.Copy(
            Path.Combine(bundle.Dataset, "test", "missing_hole", "000.png"), Path.Combine(folder, "c.png"),
            overwrite: true);
        using var results = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        var source = $$"""{ "Kind": "folder", "Path": "{{folder}}", "EveryFrame": true }""";
        using var station = HostProcess.Start(
            ["run", "--config", Configuration(source), "--Cameras:line-1:DeadlineMs=60000"]);

        var (code, _, errors) = await station.EndAsync();

        Assert.Equal((0, ""), (code, errors));
        var received = Enumerable.Range(0, 3).Select(_ => ResultMessage.Parse(results.Next().Payload)).ToList();
        Assert.Equal(["a", "b", "c"], received.Select(r => r.PartId));
        Assert.Equal([Verdict.Pass, Verdict.Error, Verdict.Fail], received.Select(r => r.Verdict));
        Assert.Contains("b.png", received[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verdict_after_the_deadline_is_an_error()
    {
        using var results = await Subscriber.ToAsync(_broker.Port, "factory/s1/line-1/result");
        var source = """{ "Kind": "simulated", "Count": 3, "EveryFrame": true }""";
        using var station = HostProcess.Start(
            ["run", "--config", Configuration(source), "--Cameras:line-1:DeadlineMs=1"]);

        var result = ResultMessage.Parse(results.Next().Payload);

        Assert.Equal(Verdict.Error, result.Verdict);
        Assert.StartsWith("late: ", result.Reason, StringComparison.Ordinal);
        Assert.Null(result.Score);
    }

    [Fact]
    public async Task Damaged_bundle_stops_the_start_with_one_sentence()
    {
        var damaged = Path.Combine(bundle.Dataset, "damaged");
        Directory.CreateDirectory(Path.Combine(damaged, "golden"));
        foreach (var file in Directory.EnumerateFiles(bundle.Bundle, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(damaged, Path.GetRelativePath(bundle.Bundle, file)), overwrite: true);
        await using (var index = File.OpenWrite(Path.Combine(damaged, "bank.faiss")))
            index.WriteByte(0);

        var (code, _, errors) = await HostProcess.RunAsync(
            "run", "--config", Configuration("""{ "Kind": "simulated" }"""), "--Cameras:line-1:Bundle=" + damaged);

        Assert.Equal(1, code);
        Assert.StartsWith($"patchcore-edge: {damaged}: ", errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(c => c == '\n'));
    }

    public void Dispose() => _broker.Dispose();

    private string Configuration(string source) => bundle.Write(
        $"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "Station": { "Name": "s1", "TopicRoot": "factory" },
          "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}} },
          "Cameras": { "line-1": { "Bundle": "bundle", "Source": {{source}}, "DeadlineMs": 30000 } }
        }
        """));
}
