namespace PatchCore.Edge.Native.Tests;

public sealed class PictureMeasureTests
{
    [Theory]
    [InlineData(PixelFormat.Gray8, 1)]
    [InlineData(PixelFormat.Gray16, 2)]
    public void Flat_picture_has_its_gray_level_and_no_sharpness(PixelFormat format, int bytes)
    {
        using var image = NativeImage.Create(40, 30, format);
        image.Pixels.Fill(90);

        var (brightness, sharpness) = ImageOperations.Measure(image);

        // 90 · 257 of 16 bits is 90 of 8.
        Assert.Equal(90, brightness, 1e-9 * bytes);
        Assert.Equal(0, sharpness, 1e-9);
    }

    [Fact]
    public void Small_picture_is_measured_at_every_inner_pixel_of_its_green_channel()
    {
        using var image = NativeImage.Create(4, 3, PixelFormat.Bgr24);
        byte[] green = [10, 20, 30, 40, 50, 60, 70, 90, 0, 5, 10, 15];
        for (var i = 0; i < green.Length; i++)
            image.Pixels[(3 * i) + 1] = green[i];

        var (brightness, sharpness) = ImageOperations.Measure(image);

        // Laplacians 20 + 5 + 50 + 70 − 240 and 30 + 10 + 60 + 90 − 280; of −95 and −90 the variance is 2.5².
        Assert.Equal(65, brightness, 1e-9);
        Assert.Equal(6.25, sharpness, 1e-9);
    }

    [Fact]
    public void Points_of_a_large_picture_tell_what_all_of_them_would()
    {
        using var image = NativeImage.Create(1920, 1080, PixelFormat.Gray8);
        var random = new Random(5);
        random.NextBytes(image.Pixels);

        var (brightness, sharpness) = ImageOperations.Measure(image);

        // Uniform noise: mean 127.5, and of independent pixels a Laplacian has (4 + 16) times their variance 5461.25.
        // 64,800 points tell the mean to 0.3 and a variance to a few per cent at three deviations.
        Assert.Equal(127.5, brightness, 0.9);
        Assert.InRange(sharpness / (20 * 5461.25), 0.97, 1.03);
    }

    [Fact]
    public void Picture_without_a_laplacian_is_refused()
    {
        using var image = NativeImage.Create(2, 9, PixelFormat.Gray8);

        var error = Assert.Throws<NativeException>(() => ImageOperations.Measure(image));

        Assert.Equal("a picture of 2x9 has no Laplacian, expected 3x3 or more", error.Message);
    }

    [Theory]
    [InlineData(PixelFormat.Bgr24)]
    [InlineData(PixelFormat.Bgr48)]
    public void Png_keeps_every_bit_and_its_buffer_grows_as_needed(PixelFormat format)
    {
        using var image = Pictures.Pattern(33, 21, PixelFormat.Bgr24);
        using var picture = NativeImage.Create(33, 21, format);
        var bytes = picture.Pixels.Length / image.Pixels.Length;
        for (var i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(image.Pixels[i / bytes] + (i % bytes));
        var buffer = new byte[16];

        var length = ImageOperations.EncodePng(picture, ref buffer);

        Assert.InRange(length, 17, buffer.Length);
        using var read = NativeImage.Decode(buffer.AsSpan(0, length));
        Assert.Equal(picture.Pixels.ToArray(), read.Pixels.ToArray());
    }
}
