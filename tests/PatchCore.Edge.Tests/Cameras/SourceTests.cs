using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class SourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FramePool _pool = new(1);
    private readonly ManualTimeProvider _clock = new();

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Folder_lists_images_in_ordinal_order()
    {
        foreach (var name in new[] { "b.png", "a.JPG", "B.tiff", "notes.txt", "a10.bmp", "a2.jpeg" })
            File.WriteAllBytes(_folder[name], []);
        Assert.Equal(
            ["B.tiff", "a.JPG", "a10.bmp", "a2.jpeg", "b.png"],
            ImageFolder.List(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Folder_that_does_not_exist_is_named()
    {
        var missing = _folder["missing"];
        Assert.Contains(
            missing, Assert.Throws<CameraException>(() => ImageFolder.List(missing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_source_reads_each_file_once_and_ends()
    {
        WriteImages("1.png", "2.png");
        using var source = new FolderSource(new() { Directory = _folder.Path, Truth = "good" }, _clock);
        Assert.Equal([("1", "good", 8), ("2", "good", 8)], ReadAll(source, 3));
    }

    [Fact]
    public void Folder_source_that_loops_starts_over_and_finds_new_files()
    {
        WriteImages("1.png");
        using var source = new FolderSource(new() { Directory = _folder.Path, Loop = true }, _clock);
        Assert.Equal(["1"], ReadAll(source, 1).Select(part => part.Id));
        WriteImages("2.png");
        Assert.Equal(["1", "2", "1"], ReadAll(source, 3).Select(part => part.Id));
    }

    [Fact]
    public void Unreadable_file_costs_its_own_frame_and_is_named()
    {
        WriteImages("1.png", "3.png");
        var broken = _folder["2.png"];
        File.WriteAllText(broken, "no picture");
        using var source = new FolderSource(new() { Directory = _folder.Path }, _clock);
        ReadAll(source, 1);
        using (var frame = _pool.Rent())
        {
            var error = Assert.Throws<CameraException>(() => source.TryRead(frame, default));
            Assert.True(error.SourceUsable);
            Assert.StartsWith($"{broken} cannot be read: ", error.Message, StringComparison.Ordinal);
            Assert.Equal(("2", broken), (frame.PartId, frame.Origin));
            Assert.True(frame.Image.IsEmpty, "the picture of part 1 is still there");
        }

        Assert.Equal(["3"], ReadAll(source, 2).Select(part => part.Id));
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(1, 2)]
    [InlineData(0, 1)]
    public void Folder_is_lost_past_its_limit_of_unreadable_files_or_when_none_is_readable(int? limit, int lostAt)
    {
        foreach (var name in new[] { "1.png", "2.png", "3.png" })
            File.WriteAllBytes(_folder[name], [1, 2, 3]);
        using var source = new FolderSource(
            new() { Directory = _folder.Path, Loop = true, MaxUnreadable = limit }, _clock);
        for (var read = 1; read <= lostAt; read++)
        {
            using var frame = _pool.Rent();
            Assert.Equal(
                read < lostAt, Assert.Throws<CameraException>(() => source.TryRead(frame, default)).SourceUsable);
        }
    }

    [Fact]
    public void Folder_without_images_is_lost()
    {
        using var source = new FolderSource(new() { Directory = _folder.Path }, _clock);
        using var frame = _pool.Rent();
        var error = Assert.Throws<CameraException>(() => source.TryRead(frame, default));
        Assert.Equal(($"folder {_folder.Path} holds no images", false), (error.Message, error.SourceUsable));
    }

    [Fact]
    public async Task Simulated_line_is_paced_by_its_interval_and_ends_after_its_count()
    {
        using var line = new SimulatedLine(new() { Width = 64, Height = 64, First = 40, Count = 2 }, _clock);
        Assert.Equal(["sim-7-000040"], ReadAll(line, 1).Select(part => part.Id));
        var second = Task.Run(() => ReadAll(line, 2));
        Assert.Equal(TimeSpan.FromMilliseconds(500), await _clock.NextWaitAsync());
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(["sim-7-000041"], (await second.WaitAsync(TimeSpan.FromSeconds(10))).Select(part => part.Id));
    }

    [Fact]
    public void Simulated_line_that_waits_is_canceled()
    {
        using var line = new SimulatedLine(new() { Width = 64, Height = 64 }, _clock);
        ReadAll(line, 1);
        using var frame = _pool.Rent();
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => line.TryRead(frame, canceled.Token));
    }

    [Fact]
    public void Dataset_has_the_usual_layout_and_masks_of_its_defects()
    {
        var options = new SimulatedDatasetOptions
        {
            Line = new() { Width = 96, Height = 96 },
            TrainGood = 2,
            TestGood = 1,
            TestEachDefect = 1,
        };
        Assert.Equal(9, SimulatedDataset.Write(_folder.Path, options));
        var files = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder.Path, file));
        Assert.Equal(
            [
                "ground_truth/contamination/000_mask.png", "ground_truth/crack/000_mask.png",
                "ground_truth/dent/000_mask.png", "ground_truth/missing_hole/000_mask.png",
                "ground_truth/scratch/000_mask.png", "ground_truth/stain/000_mask.png",
                "test/contamination/000.png", "test/crack/000.png", "test/dent/000.png", "test/good/000.png",
                "test/missing_hole/000.png", "test/scratch/000.png", "test/stain/000.png",
                "train/good/000.png", "train/good/001.png",
            ],
            files.Order(StringComparer.Ordinal));

        using var read = NativeImage.Read(_folder["test/scratch/000.png"]);
        var expected = new byte[96 * 96 * 3];
        SimulatedPart.Describe(options.Line, 3, DefectKind.Scratch).Render(expected);
        Assert.Equal(expected, read.Pixels.ToArray());
    }

    private void WriteImages(params string[] names)
    {
        using var image = NativeImage.Create(8, 6, PixelFormat.Bgr24);
        foreach (var name in names)
            image.Write(_folder[name]);
    }

    private List<(string? Id, string? Truth, int Width)> ReadAll(IFrameSource source, int most)
    {
        var parts = new List<(string?, string?, int)>();
        using var frame = _pool.Rent();
        while (parts.Count < most && source.TryRead(frame, default))
            parts.Add((frame.PartId, frame.Truth, frame.Image.Width));
        return parts;
    }
}
