namespace PatchCore.Edge.Native.Tests;

public sealed class LiveHandleTests
{
    [Fact]
    public void Work_of_every_kind_leaves_no_handle_behind()
    {
        using var folder = new TemporaryFolder();
        var golden = Golden.Read();
        var before = NativeLibraryInfo.LiveHandles;

        for (var i = 0; i < 20; i++)
        {
            using var image = Pictures.Pattern(32, 24, PixelFormat.Bgr24);
            image.Write(folder["picture.png"]);
            using var read = NativeImage.Read(folder["picture.png"]);
            using var clone = read.Clone();
            using var index = NativeIndexTests.Build(golden);
            index.Write(folder["bank.faiss"]);
            using var opened = NativeIndex.Read(folder["bank.faiss"]);
            Assert.Equal(before + 5, NativeLibraryInfo.LiveHandles);
        }

        Assert.Equal(before, NativeLibraryInfo.LiveHandles);
    }

    [Fact]
    public void Failures_of_every_kind_leave_no_handle_behind()
    {
        using var folder = new TemporaryFolder();
        var path = folder["text.mp4"];
        File.WriteAllText(path, "neither a picture nor a video nor an index");
        using var empty = NativeImage.Empty();
        var before = NativeLibraryInfo.LiveHandles;

        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<NativeException>(() => NativeImage.Create(-1, 1, PixelFormat.Gray8));
            Assert.Throws<NativeException>(() => NativeImage.Read(path));
            Assert.Throws<NativeException>(() => NativeImage.Decode("text"u8));
            Assert.Throws<NativeException>(() => empty.Clone());
            Assert.Throws<NativeException>(() => NativeVideo.Open(path));
            Assert.Throws<NativeException>(() => NativeIndex.Read(path));
            Assert.Throws<NativeException>(() => NativeIndex.CreateFlatL2(0));
        }

        Assert.Equal(before, NativeLibraryInfo.LiveHandles);
    }

    [Fact]
    public void Errors_of_two_threads_do_not_mix()
    {
        Parallel.For(0, 200, i =>
        {
            var exception = Assert.Throws<NativeException>(() => NativeImage.Read($"/nowhere/{i}.png"));
            Assert.Equal($"cannot read image '/nowhere/{i}.png': No such file or directory", exception.Message);
        });
    }
}
