using System.Buffers;
using PatchCore.Edge.Host.Watching;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Watching;

public sealed class WatcherTests
{
    private static readonly ResultIdSource Ids = new(TimeProvider.System);

    [Fact]
    public void Tally_holds_verdicts_against_the_truth()
    {
        var tally = new Tally();
        tally.Add(Result(Verdict.Pass, "good"));
        tally.Add(Result(Verdict.Fail, "good"));
        tally.Add(Result(Verdict.Fail, "scratch"));
        tally.Add(Result(Verdict.Fail, "dent"));
        tally.Add(Result(Verdict.Pass, "dent"));
        tally.Add(Result(Verdict.Error, "dent"));
        tally.Add(Result(Verdict.Fail, null));

        using var output = new StringWriter();
        tally.Write(output, 12.4);

        Assert.Equal("""
            received 7 results and 0 heatmaps: 2 PASS, 4 FAIL, 1 ERROR; median latency 12 ms
            against the known truth: 2 defects found, 1 missed, 1 false alarms, 1 good passed

            """, output.ToString());
    }

    [Fact]
    public void Gallery_gives_up_passes_before_defects_and_keeps_the_order()
    {
        var gallery = new Gallery(capacity: 3);
        (Verdict, int)[] heatmaps =
            [(Verdict.Fail, 1), (Verdict.Pass, 2), (Verdict.Fail, 3), (Verdict.Pass, 4), (Verdict.Fail, 5)];
        foreach (var (verdict, jpeg) in heatmaps)
        {
            var result = Result(verdict, null);
            gallery.Add(result);
            Assert.True(gallery.AddHeatmap([(byte)jpeg], result.Id.ToString()));
        }

        Assert.Equal([1, 3, 5], gallery.Pictures.Select(picture => (int)picture.Jpeg[0]));
        Assert.False(gallery.AddHeatmap([6], "01UNKNOWN"));
    }

    [Fact]
    public void Contact_sheet_frames_every_picture_in_its_verdicts_color()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "sheet.png");
        using var gray = NativeImage.Create(40, 20, PixelFormat.Bgr24);
        gray.Pixels.Fill(128);
        byte[] buffer = [];
        var jpeg = buffer[..0];
        var length = ImageOperations.EncodeJpeg(gray, 90, ref buffer);
        jpeg = buffer[..length];

        ContactSheet.Save([(jpeg, Verdict.Pass), (jpeg, Verdict.Fail)], path);

        using var sheet = NativeImage.Read(path);
        Assert.Equal((2 * 220 + 8, 220 + 8), (sheet.Width, sheet.Height));
        Assert.Equal((80, 170, 60), Pixel(sheet, 9, 9));
        Assert.Equal((50, 50, 220), Pixel(sheet, 229, 9));
        Assert.Equal((128, 128, 128), Pixel(sheet, 114, 114));
    }

    [Fact]
    public async Task Watcher_receives_results_and_ties_heatmaps_to_them()
    {
        using var broker = MosquittoBroker.Start();
        using var client = new MosquittoClient(Clients.Options(broker.Port));
        await client.StartUntilAsync(connected: true);
        var problems = new List<string>();
        using var watcher = new Watcher(Clients.Options(broker.Port), ("patchcore", "+"), problems.Add);
        await watcher.Ready.WaitAsync(TimeSpan.FromSeconds(20));
        var result = Result(Verdict.Fail, "dent");
        var buffer = new ArrayBufferWriter<byte>();
        result.WriteTo(buffer);

        client.TryPublish("patchcore/s1/line-1/result", "{}"u8, new MosquittoDelivery(1), out _);
        client.TryPublish("patchcore/s1/line-1/result", buffer.WrittenSpan, new MosquittoDelivery(1), out _);
        client.TryPublish(
            "patchcore/s1/line-1/heatmap", [1, 2, 3], new MosquittoDelivery(1, Correlation: result.Id.ToString()),
            out _);
        // Messages of one publisher arrive in order: the second result comes after the heatmap.
        client.TryPublish("patchcore/s1/line-1/result", buffer.WrittenSpan, new MosquittoDelivery(1), out _);

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var received = new List<ResultMessage>();
        await foreach (var one in watcher.ReceiveAsync(stop.Token))
        {
            received.Add(one);
            if (received.Count == 2)
                await stop.CancelAsync();
        }

        Assert.Equal([result.Id, result.Id], received.Select(r => r.Id));
        Assert.Equal((2, 1), (watcher.Tally.Received, watcher.Tally.Heatmaps));
        Assert.Equal([1, 2, 3], Assert.Single(watcher.Gallery.Pictures).Jpeg);
        Assert.Contains("patchcore/s1/line-1/result", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static (int Blue, int Green, int Red) Pixel(NativeImage image, int x, int y)
    {
        var at = ((y * image.Width) + x) * 3;
        return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }

    private static ResultMessage Result(Verdict verdict, string? truth) => new()
    {
        Id = Ids.Next(),
        Station = "s1",
        Camera = "line-1",
        FrameId = 1,
        Verdict = verdict,
        Score = verdict == Verdict.Pass ? 1 : 3,
        Threshold = 2,
        CapturedAt = DateTimeOffset.UnixEpoch,
        PublishedAt = DateTimeOffset.UnixEpoch,
        Reason = verdict == Verdict.Error ? "no frame" : null,
        Truth = truth,
    };
}
