using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class WatchedFolderTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly DateTime Morning = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder _root = new();
    private readonly FramePool _pool = new(1);
    private readonly ManualTimeProvider _clock = new();
    private readonly string _incoming;

    public WatchedFolderTests() => _incoming = Directory.CreateDirectory(_root["incoming"]).FullName;

    public void Dispose()
    {
        _pool.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void Files_that_are_there_are_skipped_and_new_ones_are_read_once_in_order_of_arrival()
    {
        Write("old.png", Morning);
        var folder = Watch();
        Assert.Empty(Take(folder));
        Write("b.png", Morning.AddSeconds(5));
        Write("c.png", Morning.AddSeconds(4));
        Write("a.png", Morning.AddSeconds(5));
        Assert.Empty(Take(folder));
        Pass(0.5);
        Assert.Equal(["c.png", "a.png", "b.png"], Take(folder));
        Pass(10);
        Assert.Empty(Take(folder));
    }

    [Fact]
    public void Files_that_are_there_are_read_when_asked()
    {
        Write("2.png", Morning);
        Write("1.png", Morning);
        var folder = Watch(options => options with { TakeExisting = true, Settle = TimeSpan.Zero });
        Assert.Equal(["1.png", "2.png"], Take(folder));
    }

    [Fact]
    public void File_that_still_grows_is_not_read()
    {
        var folder = Watch();
        Take(folder);
        for (var part = 1; part <= 3; part++)
        {
            File.WriteAllBytes(InFolder("a.tif"), new byte[1000 * part]);
            Pass(0.4);
            Assert.Empty(Take(folder));
        }

        Pass(0.5);
        Assert.Equal(["a.tif"], Take(folder));
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("bmp")]
    public void File_whose_end_is_missing_is_waited_for_and_after_10_s_taken_to_be_cut_off(string format)
    {
        var folder = Watch();
        Take(folder);
        var whole = Encode(format);
        File.WriteAllBytes(InFolder("slow." + format), whole[..^16]);
        File.WriteAllBytes(InFolder("broken." + format), whole[..^16]);
        Take(folder);
        Pass(5);
        Assert.Empty(Take(folder));
        File.WriteAllBytes(InFolder("slow." + format), whole);
        Take(folder);
        Pass(0.5);
        Assert.Equal(["slow." + format], Take(folder));
        Pass(4.5);
        Assert.Equal(["broken." + format], Take(folder));
    }

    [Fact]
    public void File_that_is_renamed_into_place_is_read_at_once_without_a_time_to_settle()
    {
        var folder = Watch(options => options with { Settle = TimeSpan.Zero });
        File.WriteAllBytes(InFolder(".a.png"), Encode("png"));
        File.WriteAllBytes(InFolder("a.png.part"), Encode("png"));
        Assert.Empty(Take(folder));
        File.Move(InFolder("a.png.part"), InFolder("a.png"));
        Assert.Equal(["a.png"], Take(folder));
    }

    [Fact]
    public void File_that_is_written_anew_is_read_anew()
    {
        var folder = Watch(options => options with { Settle = TimeSpan.Zero });
        Take(folder);
        Write("latest.png", Morning);
        Assert.Equal(["latest.png"], Take(folder));
        Assert.Empty(Take(folder));
        Write("latest.png", Morning.AddSeconds(1));
        Assert.Equal(["latest.png"], Take(folder));
    }

    [Fact]
    public void Folder_that_vanishes_and_comes_back_is_read_on()
    {
        var folder = Watch(options => options with { Settle = TimeSpan.Zero, TakeExisting = true });
        Write("1.png", Morning);
        Assert.Equal(["1.png"], Take(folder));
        Directory.Move(_incoming, _root["away"]);
        var error = Assert.Throws<CameraException>(() => Take(folder));
        Assert.StartsWith($"folder {_incoming} cannot be listed: ", error.Message, StringComparison.Ordinal);
        Assert.False(error.SourceUsable);

        // A share that is not mounted is an empty folder.
        Directory.CreateDirectory(_incoming);
        Assert.Empty(Take(folder));
        Directory.Delete(_incoming);
        Directory.Move(_root["away"], _incoming);
        Write("2.png", Morning);
        Assert.Equal(["2.png"], Take(folder));
    }

    [Theory]
    [InlineData(FolderAfterwards.Keep, "incoming/1.png")]
    [InlineData(FolderAfterwards.Delete, "")]
    [InlineData(FolderAfterwards.Move, "done/1-2.png done/1.png")]
    public void File_that_was_read_is_kept_deleted_or_moved(FolderAfterwards afterwards, string left)
    {
        if (afterwards == FolderAfterwards.Move)
        {
            Directory.CreateDirectory(_root["done"]);
            File.WriteAllText(_root["done/1.png"], "of yesterday");
        }

        using var source = Watch(options => options with
        {
            Settle = TimeSpan.Zero,
            TakeExisting = true,
            Truth = "good",
            Afterwards = afterwards,
            MoveTo = _root["done"],
        }).Open();
        Write("1.png", Morning);
        using var frame = _pool.Rent();
        Assert.True(source.TryRead(frame, default));
        Assert.Equal(
            ("1", "good", InFolder("1.png"), 8), (frame.PartId, frame.Truth, frame.Origin, frame.Image.Width));
        Assert.Equal(
            left.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Directory.GetFiles(_root.Path, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(_root.Path, file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void File_that_cannot_be_moved_costs_its_frame_and_is_not_read_again()
    {
        File.WriteAllText(_root["done"], "a file, not a folder");
        var folder = Watch(options => options with
        {
            Settle = TimeSpan.Zero,
            TakeExisting = true,
            Afterwards = FolderAfterwards.Move,
            MoveTo = _root["done"],
        });
        Write("1.png", Morning);
        using var source = folder.Open();
        using var frame = _pool.Rent();
        var error = Assert.Throws<CameraException>(() => source.TryRead(frame, default));
        Assert.StartsWith(
            $"{InFolder("1.png")} was read and cannot be moved to {_root["done"]}: ", error.Message,
            StringComparison.Ordinal);
        Assert.True(error.SourceUsable);
        Assert.Empty(Take(folder));
    }

    [Fact]
    public async Task Camera_on_a_watched_folder_survives_damaged_files_and_the_folder_going_away()
    {
        var folder = Watch(options => options with { Afterwards = FolderAfterwards.Delete });
        await using var camera = new Camera(
            "c", folder.Open, new CameraOptions { KeepEvery = true, Jitter = 0 }, _clock, NullLogger.Instance);
        camera.Start();
        await _clock.PassAsync(0.2);
        File.WriteAllBytes(InFolder("1.jpg"), [.. Encode("jpg")[..200], 0xFF, 0xD9]);
        Write("2.png", Morning.AddYears(10));
        using (var failed = await NextAsync(camera))
        {
            Assert.Equal("1", failed.PartId);
            Assert.StartsWith($"{InFolder("1.jpg")} cannot be read: ", failed.Failure, StringComparison.Ordinal);
        }

        using (var frame = await NextAsync(camera))
            Assert.Equal(("2", null), (frame.PartId, frame.Failure));
        Assert.True(File.Exists(InFolder("1.jpg")), "what cannot be read stays");
        Assert.False(File.Exists(InFolder("2.png")));

        var lost = new TaskCompletionSource();
        camera.StateChanged += (_, status) =>
        {
            if (status.State == CameraState.Reconnecting)
                lost.TrySetResult();
        };
        Directory.Move(_incoming, _root["away"]);
        await PassUntilAsync(() => lost.Task.IsCompleted);
        Directory.Move(_root["away"], _incoming);
        Write("3.png", Morning);
        using (var frame = await NextAsync(camera))
            Assert.Equal("3", frame.PartId);
        Assert.Equal((3, 1, 0), (camera.Captured, camera.Failures, camera.Stalls));
    }

    [Theory]
    [InlineData("Poll of folder")]
    [InlineData("Settle of folder")]
    [InlineData("MoveTo of folder")]
    public void Options_out_of_range_are_named(string message)
    {
        var error = Assert.Throws<ArgumentException>(() => Watch(options => message.Split(' ')[0] switch
        {
            "Poll" => options with { Poll = TimeSpan.FromSeconds(6) },
            "Settle" => options with { Settle = TimeSpan.FromSeconds(-1) },
            _ => options with { Afterwards = FolderAfterwards.Move, MoveTo = _incoming + "/." },
        }));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Encode(string format)
    {
        using var folder = new TemporaryFolder();
        using var image = NativeImage.Create(8, 6, PixelFormat.Bgr24);
        image.Write(folder["a." + format]);
        return File.ReadAllBytes(folder["a." + format]);
    }

    private static List<string> Take(WatchedFolder folder)
    {
        var taken = new List<string>();
        while (folder.TryTake(out var file, default))
            taken.Add(Path.GetFileName(file));
        return taken;
    }

    private string InFolder(string name) => Path.Combine(_incoming, name);

    private void Write(string name, DateTime written)
    {
        File.WriteAllBytes(InFolder(name), Encode("png"));
        File.SetLastWriteTimeUtc(InFolder(name), written);
    }

    private WatchedFolder Watch(Func<WatchedFolderOptions, WatchedFolderOptions>? change = null)
    {
        var options = new WatchedFolderOptions { Directory = _incoming };
        return new WatchedFolder(change?.Invoke(options) ?? options, _clock);
    }

    private void Pass(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private async Task<Frame> NextAsync(Camera camera)
    {
        var next = camera.NextAsync().AsTask();
        await PassUntilAsync(() => next.IsCompleted);
        return (await next)!;
    }

    /// <summary>Lets time pass, a poll each few real milliseconds.</summary>
    private async Task PassUntilAsync(Func<bool> reached)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!reached())
        {
            Assert.True(patience.Elapsed < Soon, "nothing came");
            Pass(0.2);
            await Task.Delay(5);
        }
    }
}
