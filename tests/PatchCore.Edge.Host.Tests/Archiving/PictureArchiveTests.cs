using System.Text.Json;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Archiving;

public sealed class PictureArchiveTests : IDisposable
{
    private const string Day = "2026-11-25";

    private readonly TemporaryFolder _folder = new();

    private string Root => _folder["archive"];

    [Fact]
    public async Task Frame_that_failed_is_kept_with_its_picture_heatmap_and_result()
    {
        using var bench = new ArchiveBench(new() { Path = Root });

        var id = await bench.KeepAsync(Verdict.Fail);

        var name = $"083000.125-{id}-FAIL";
        var path = Path.Combine(Root, "top", Day, name);
        Assert.Equal(
            [$"{name}-heatmap.jpg", $"{name}.json", $"{name}.png"],
            Directory.GetFiles(Path.Combine(Root, "top", Day)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var picture = NativeImage.Read(path + ".png");
        Assert.Equal((160, 120), (picture.Width, picture.Height));
        var expected = new byte[160 * 120 * 3];
        new Random(1).NextBytes(expected);
        Assert.Equal(expected, picture.Pixels.ToArray());
        Assert.Equal(ArchiveBench.Heatmap, await File.ReadAllBytesAsync(path + "-heatmap.jpg"));
        using var result = JsonDocument.Parse(await File.ReadAllBytesAsync(path + ".json"));
        Assert.Equal(id.ToString(), result.RootElement.GetProperty("id").GetString());
        var files = result.RootElement.GetProperty("archive");
        Assert.Equal(
            ($"{name}.png", $"{name}-heatmap.jpg"),
            (files.GetProperty("picture").GetString(), files.GetProperty("heatmap").GetString()));
        Assert.Equal((1, Size()), (bench.Archive.Status.Frames, bench.Archive.Status.Bytes));
    }

    [Fact]
    public async Task Every_third_frame_that_passed_is_kept_as_jpeg_and_no_error_unless_asked()
    {
        using var bench = new ArchiveBench(new() { Path = Root, Pass = 3, Fail = false, Format = PictureFormat.Jpeg });
        for (var i = 0; i < 7; i++)
            await bench.KeepAsync(Verdict.Pass);
        await bench.KeepAsync(Verdict.Fail);
        await bench.KeepAsync(Verdict.Error);

        var names = Directory.GetFiles(Path.Combine(Root, "top", Day)).Select(file => Path.GetExtension(file)).Order();

        Assert.Equal([".jpg", ".jpg", ".json", ".json"], names);
        Assert.Equal(new SkippedFrames(0, 0, 0), bench.Archive.Status.Skipped);
    }

    [Fact]
    public async Task Oldest_frames_of_all_cameras_make_room_for_new_ones()
    {
        // A frame of noise takes some 58 KB: room for three.
        using var bench = new ArchiveBench(
            new() { Path = Root, MaxGigabytes = 200_000.0 / (1 << 30), ReserveMegabytes = 0 });
        var ids = new List<ResultId>();
        for (var i = 0; i < 8; i++)
        {
            ids.Add(await bench.KeepAsync(Verdict.Fail, i % 2 == 0 ? "top" : "side"));
            bench.Pass(TimeSpan.FromHours(7));
        }

        Assert.Equal(ids.TakeLast(3).Select(id => $"{id}"), Kept());
        var status = bench.Archive.Status;
        Assert.Equal((3, Size(), 5, 8), (status.Frames, status.Bytes, status.Removed, status.Written));
        Assert.InRange(Size(), 100_000, 200_000);
        Assert.Equal(new DateOnly(2026, 11, 26), status.Oldest);
        Assert.False(Directory.Exists(Path.Combine(Root, "top", Day)), "an empty folder is left");
    }

    [Fact]
    public async Task Frames_that_are_too_old_are_removed_though_nothing_new_comes()
    {
        using var bench = new ArchiveBench(new() { Path = Root, MaxDays = 2 });
        await bench.KeepAsync(Verdict.Fail);
        bench.Pass(TimeSpan.FromDays(1));
        var newer = await bench.KeepAsync(Verdict.Fail);
        Assert.Equal(2, bench.Archive.Status.Frames);

        bench.Pass(TimeSpan.FromDays(2));

        Assert.True(SpinWait.SpinUntil(() => Kept().Count < 2, TimeSpan.FromSeconds(20)));
        Assert.Equal([$"{newer}"], Kept());
    }

    [Fact]
    public async Task Restart_counts_what_is_there_and_removes_what_a_crash_left()
    {
        ResultId first;
        using (var bench = new ArchiveBench(new() { Path = Root }))
        {
            first = await bench.KeepAsync(Verdict.Fail);
            await bench.KeepAsync(Verdict.Fail, "side");
        }

        var size = Size();
        var torn = Path.Combine(Root, "top", Day, $"083001.000-{new ResultId(5, 5)}-FAIL");
        await File.WriteAllTextAsync(torn + ".png", "a picture without its result");
        await File.WriteAllTextAsync(torn.Replace("-FAIL", "-PASS", StringComparison.Ordinal) + ".json.partial", "{");
        var empty = torn.Replace("083001", "083002", StringComparison.Ordinal);
        await File.WriteAllTextAsync(empty + ".png", "");
        await File.WriteAllTextAsync(empty + ".json", "{}");
        var foreign = Path.Combine(Root, "top", Day, "notes.txt");
        await File.WriteAllTextAsync(foreign, "not ours");

        using var again = new ArchiveBench(new() { Path = Root });
        var status = again.Told(told => told.Counted);

        Assert.Equal((2, size, 0), (status.Frames, status.Bytes, status.Written));
        Assert.Equal(4 + 2 + 1, Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Length);
        Assert.True(File.Exists(foreign));
        Assert.Contains($"{first}", Kept());
    }

    [Fact]
    public async Task Frame_that_comes_while_the_old_ones_are_counted_is_counted_once()
    {
        using (var bench = new ArchiveBench(new() { Path = Root }))
            await bench.KeepAsync(Verdict.Fail);

        using var again = new ArchiveBench(new() { Path = Root });
        await again.SubmitAsync(Verdict.Fail);
        again.Settle();
        again.Told(told => told.Counted);

        Assert.Equal((2, Size()), (again.Archive.Status.Frames, again.Archive.Status.Bytes));
    }

    public void Dispose() => _folder.Dispose();

    private List<string> Kept() =>
    [
        .. Directory.GetFiles(Root, "*.json", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file).Split('-')[1]).Order(StringComparer.Ordinal),
    ];

    private long Size() => Directory.GetFiles(Root, "*", SearchOption.AllDirectories)
        .Sum(file => new FileInfo(file).Length);
}
