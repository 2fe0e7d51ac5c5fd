
namespace PatchCore.Edge.Native.Tests;

public sealed class NativeImageTests
{
    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Bgr24)]
    public void Create_gives_a_black_image_of_the_asked_shape(PixelFormat format)
    {
        using var image = NativeImage.Create(5, 3, format);

        Assert.Equal((5, 3, format), (image.Width, image.Height, image.Format));
        Assert.Equal(5 * 3 * (int)format, image.Pixels.Length);
        Assert.Equal(-1, image.Pixels.IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(0, 4, 3)]
    [InlineData(4, -1, 3)]
    [InlineData(4, 4, 4)]
    [InlineData(60_000, 60_000, 3)]
    public void Create_of_an_impossible_shape_is_refused(int width, int height, int pixelBytes)
    {
        var before = NativeLibraryInfo.LiveHandles;

        var exception = Assert.Throws<NativeException>(() => NativeImage.Create(width, height, (PixelFormat)pixelBytes));

        Assert.Equal(NativeErrorCode.Argument, exception.Code);
        Assert.Equal("pce_image_create", exception.Function);
        Assert.Equal(before, NativeLibraryInfo.LiveHandles);
    }

    [Fact]
    public void Empty_has_no_pixels_and_no_format()
    {
        using var image = NativeImage.Empty();

        Assert.True(image.IsEmpty);
        Assert.Equal((0, 0, 0), (image.Width, image.Height, image.Pixels.Length));
        Assert.Throws<InvalidOperationException>(() => image.Format);
    }

    [Fact]
    public void Write_as_png_then_read_gives_the_same_pixels()
    {
        using var folder = new TemporaryFolder();
        using var image = Pictures.Pattern(37, 21, PixelFormat.Bgr24);
        image.Write(folder["picture.png"]);

        using var read = NativeImage.Read(folder["picture.png"]);

        Assert.Equal((37, 21, PixelFormat.Bgr24), (read.Width, read.Height, read.Format));
        Assert.True(read.Pixels.SequenceEqual(image.Pixels));
    }

    [Fact]
    public void Read_of_a_gray_file_gives_three_equal_channels()
    {
        using var folder = new TemporaryFolder();
        using var gray = Pictures.Pattern(9, 4, PixelFormat.Gray8);
        gray.Write(folder["gray.png"]);

        using var read = NativeImage.Read(folder["gray.png"]);

        Assert.Equal(PixelFormat.Bgr24, read.Format);
        for (var i = 0; i < read.Pixels.Length; i++)
            Assert.Equal(gray.Pixels[i / 3], read.Pixels[i]);
    }

    [Fact]
    public void Decode_of_a_files_bytes_equals_reading_the_file()
    {
        using var folder = new TemporaryFolder();
        using var image = Pictures.Pattern(40, 30, PixelFormat.Bgr24);
        image.Write(folder["picture.jpg"]);

        using var read = NativeImage.Read(folder["picture.jpg"]);
        using var decoded = NativeImage.Decode(File.ReadAllBytes(folder["picture.jpg"]));

        Assert.True(decoded.Pixels.SequenceEqual(read.Pixels));
    }

    [Fact]
    public void ReadInto_replaces_the_picture()
    {
        using var folder = new TemporaryFolder();
        using var first = Pictures.Pattern(64, 48, PixelFormat.Bgr24);
        using var second = Pictures.Solid(64, 48, 1, 2, 3);
        first.Write(folder["first.png"]);
        second.Write(folder["second.png"]);
        using var into = NativeImage.Read(folder["first.png"]);

        into.ReadInto(folder["second.png"]);

        Assert.True(into.Pixels.SequenceEqual(second.Pixels));
    }

    [Fact]
    public void ReadInto_that_fails_leaves_no_picture_of_before()
    {
        using var image = Pictures.Solid(8, 8, 200, 200, 200);

        Assert.Throws<NativeException>(() => image.ReadInto("/nowhere/picture.png"));

        Assert.True(image.IsEmpty);
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    public void ReadInto_of_a_damaged_file_never_keeps_the_picture_of_before(string extension)
    {
        using var folder = new TemporaryFolder();
        using var image = Pictures.Pattern(64, 48, PixelFormat.Bgr24);
        var path = folder["damaged" + extension];
        image.Write(path);
        var whole = File.ReadAllBytes(path);
        foreach (var damaged in (byte[][])[whole[..20], whole[..(whole.Length / 2)], "no picture"u8.ToArray(), []])
        {
            using var into = Pictures.Pattern(64, 48, PixelFormat.Bgr24);
            File.WriteAllBytes(path, damaged);

            Assert.Throws<NativeException>(() => into.ReadInto(path));

            Assert.True(into.IsEmpty);
        }
    }

    [Fact]
    public void Read_of_a_missing_file_names_the_path_and_the_reason()
    {
        var exception = Assert.Throws<NativeException>(() => NativeImage.Read("/nowhere/Bild-ä.png"));

        Assert.Equal("cannot read image '/nowhere/Bild-ä.png': No such file or directory", exception.Message);
        Assert.Equal("pce_image_read", exception.Function);
        Assert.Equal(NativeErrorCode.File, exception.Code);
    }

    [Fact]
    public void Read_of_a_directory_names_the_path_and_the_reason()
    {
        var exception = Assert.Throws<NativeException>(() => NativeImage.Read("/tmp"));

        Assert.Equal("cannot read image '/tmp': Is a directory", exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a picture")]
    public void Read_of_a_file_that_is_no_picture_names_the_path(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder["text.png"];
        File.WriteAllText(path, content);

        var exception = Assert.Throws<NativeException>(() => NativeImage.Read(path));

        Assert.StartsWith($"cannot decode image '{path}': ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(NativeErrorCode.File, exception.Code);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    [InlineData("bmp")]
    [InlineData("tif")]
    public void Read_of_a_file_cut_off_anywhere_is_refused(string extension)
    {
        using var folder = new TemporaryFolder();
        using var image = Pictures.Pattern(64, 48, PixelFormat.Bgr24);
        var path = folder["picture." + extension];
        image.Write(path);
        var whole = File.ReadAllBytes(path);

        for (var percent = 0; percent < 100; percent += 7)
        {
            File.WriteAllBytes(path, whole.AsSpan(0, whole.Length * percent / 100).ToArray());

            var exception = Assert.Throws<NativeException>(() => NativeImage.Read(path));

            Assert.Contains($"'{path}'", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_of_a_jpeg_that_ends_two_bytes_early_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var image = Pictures.Pattern(64, 48, PixelFormat.Bgr24);
        image.Write(folder["whole.jpg"]);
        File.WriteAllBytes(folder["cut.jpg"], File.ReadAllBytes(folder["whole.jpg"])[..^2]);

        var exception = Assert.Throws<NativeException>(() => NativeImage.Read(folder["cut.jpg"]));

        Assert.Contains("the JPEG is cut off", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_a_jpeg_with_bytes_after_its_end_is_accepted()
    {
        using var folder = new TemporaryFolder();
        using var image = Pictures.Pattern(64, 48, PixelFormat.Bgr24);
        var path = folder["picture.jpg"];
        image.Write(path);
        using var whole = NativeImage.Read(path);
        File.AppendAllText(path, "what some cameras append");

        using var read = NativeImage.Read(path);

        Assert.True(read.Pixels.SequenceEqual(whole.Pixels));
    }

    [Theory]
    [InlineData("/nowhere/picture.png", "No such file or directory")]
    [InlineData("/tmp/picture.xyz", "no image format")]
    [InlineData("/tmp/picture", "no image format")]
    public void Write_that_cannot_succeed_names_the_path_and_the_reason(string path, string reason)
    {
        using var image = Pictures.Solid(2, 2, 0);

        var exception = Assert.Throws<NativeException>(() => image.Write(path));

        Assert.Contains($"'{path}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clone_has_its_own_pixels()
    {
        using var image = Pictures.Solid(2, 2, 10);
        using var clone = image.Clone();

        image.Pixels.Fill(99);

        Assert.Equal(PixelFormat.Gray8, clone.Format);
        Assert.Equal([10, 10, 10, 10], clone.Pixels.ToArray());
    }

    [Fact]
    public void Disposed_image_is_refused_without_reaching_native_code()
    {
        var image = NativeImage.Create(2, 2, PixelFormat.Gray8);
        image.Dispose();

        Assert.Throws<ObjectDisposedException>(() => image.Width);
    }

    [Fact]
    public void Handle_to_nothing_is_refused()
    {
        using var nothing = new NativeImage();

        var exception = Assert.Throws<NativeException>(() => nothing.Width);

        Assert.Equal("image is null", exception.Message);
    }
}
