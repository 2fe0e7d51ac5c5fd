using System.Numerics;
using System.Text.Json;

namespace PatchCore.Edge.Native.Tests;

public sealed class ImageOperationsTests
{
    private static readonly TensorLayout Plain = new(2, 1, ChannelOrder.Rgb, 1f, Vector3.Zero, Vector3.One);

    public static TheoryData<int> ResizeCases => [.. Enumerable.Range(0, Cases().GetArrayLength())];

    [Theory]
    [MemberData(nameof(ResizeCases))]
    public void ToTensor_equals_opencv_in_python_bit_by_bit(int index)
    {
        var golden = Cases()[index];
        var (width, height) = (golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32());
        using var image = Pictures.Pattern(
            golden.GetProperty("sourceWidth").GetInt32(),
            golden.GetProperty("sourceHeight").GetInt32(),
            (PixelFormat)golden.GetProperty("channels").GetInt32());
        var rgb = golden.GetProperty("rgb").EnumerateArray().Select(value => value.GetSingle()).ToArray();
        Vector3 mean = new(0.485f, 0.456f, 0.406f), std = new(0.229f, 0.224f, 0.225f);
        var tensor = new float[rgb.Length];

        ImageOperations.ToTensor(image, new(width, height, ChannelOrder.Rgb, 1f / 255f, mean, std), tensor);

        for (var i = 0; i < rgb.Length; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            var expected = (rgb[i] * (1f / 255f) - mean[channel]) / std[channel];
            Assert.Equal(expected, tensor[channel * width * height + pixel]);
        }
    }

    [Fact]
    public void Vary_takes_every_pixel_from_where_it_is_told_and_mirrors_at_the_border()
    {
        using var image = NativeImage.Create(4, 1, PixelFormat.Gray8);
        new byte[] { 10, 20, 30, 40 }.CopyTo(image.Pixels);
        using var varied = NativeImage.Empty();

        ImageOperations.Vary(image, [1, 0, 0, 0, 1, 0], 1, 1, varied);
        Assert.Equal([10, 20, 30, 40], varied.Pixels.ToArray());
        ImageOperations.Vary(image, [-1, 0, 4, 0, 1, 0], 1, 1, varied);
        Assert.Equal([40, 30, 20, 10], varied.Pixels.ToArray());
        ImageOperations.Vary(image, [1, 0, -2, 0, 1, 0], 1, 1, varied);
        Assert.Equal([20, 10, 10, 20], varied.Pixels.ToArray());
    }

    [Fact]
    public void Vary_changes_contrast_about_the_mean_and_then_brightness()
    {
        // The mean of all channels is 40: 40 + 2 · (value − 40), times one half.
        using var image = NativeImage.Create(2, 1, PixelFormat.Bgr24);
        new byte[] { 20, 30, 40, 40, 50, 60 }.CopyTo(image.Pixels);
        using var varied = NativeImage.Empty();

        ImageOperations.Vary(image, [1, 0, 0, 0, 1, 0], 2, 0.5, varied);

        Assert.Equal([0, 10, 20, 20, 30, 40], varied.Pixels.ToArray());
    }

    [Fact]
    public void Vary_without_a_result_is_refused()
    {
        using var image = NativeImage.Create(4, 4, PixelFormat.Gray8);
        using var into = NativeImage.Empty();

        Assert.Equal("an image cannot be varied into itself", Refused([1, 0, 0, 0, 1, 0], 1, 1, image));
        Assert.Equal("contrast is above 0, at most 10, not 0", Refused([1, 0, 0, 0, 1, 0], 0, 1, into));
        Assert.Equal("brightness is above 0, at most 10, not 11", Refused([1, 0, 0, 0, 1, 0], 1, 11, into));
        Assert.Equal("the affine map has inf", Refused([1, 0, double.PositiveInfinity, 0, 1, 0], 1, 1, into));

        string Refused(double[] map, double contrast, double brightness, NativeImage destination) =>
            Assert.Throws<NativeException>(
                () => ImageOperations.Vary(image, map, contrast, brightness, destination)).Message;
    }

    [Theory]
    [InlineData(ChannelOrder.Rgb, new float[] { 30, 60, 20, 50, 10, 40 })]
    [InlineData(ChannelOrder.Bgr, new float[] { 10, 40, 20, 50, 30, 60 })]
    public void ToTensor_orders_planes_as_asked(ChannelOrder order, float[] expected)
    {
        using var image = NativeImage.Create(2, 1, PixelFormat.Bgr24);
        new byte[] { 10, 20, 30, 40, 50, 60 }.CopyTo(image.Pixels);
        var tensor = new float[6];

        ImageOperations.ToTensor(image, Plain with { Order = order }, tensor);

        Assert.Equal(expected, tensor);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(0)]
    public void ToTensor_into_the_wrong_length_names_both(int length)
    {
        using var image = Pictures.Solid(2, 1, 1, 2, 3);

        var exception = Assert.Throws<NativeException>(() => ImageOperations.ToTensor(image, Plain, new float[length]));

        Assert.Equal($"the tensor takes 6 floats (3 x 1 x 2), not {length}", exception.Message);
    }

    [Fact]
    public void ToTensor_of_an_empty_image_is_refused()
    {
        using var image = NativeImage.Empty();

        var exception = Assert.Throws<NativeException>(() => ImageOperations.ToTensor(image, Plain, new float[6]));

        Assert.Equal("image is empty", exception.Message);
    }

    [Fact]
    public void ToTensor_with_a_std_of_zero_is_refused()
    {
        using var image = Pictures.Solid(2, 1, 1, 2, 3);

        Assert.Throws<NativeException>(
            () => ImageOperations.ToTensor(image, Plain with { Std = new(1, 0, 1) }, new float[6]));
    }

    [Fact]
    public void ToTensor_allocates_nothing_managed()
    {
        using var image = Pictures.Pattern(64, 48, PixelFormat.Bgr24);
        var tensor = new float[3 * 32 * 24];
        TensorLayout layout = new(32, 24, ChannelOrder.Rgb, 1f, Vector3.Zero, Vector3.One);
        ImageOperations.ToTensor(image, layout, tensor);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            ImageOperations.ToTensor(image, layout, tensor);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void EncodeJpeg_grows_the_buffer_once_and_then_keeps_it()
    {
        using var image = Pictures.Pattern(120, 90, PixelFormat.Bgr24);
        byte[] buffer = [];

        var first = ImageOperations.EncodeJpeg(image, 90, ref buffer);
        var kept = buffer;
        var second = ImageOperations.EncodeJpeg(image, 90, ref buffer);

        Assert.Same(kept, buffer);
        Assert.Equal(first, second);
        Assert.Equal([0xFF, 0xD8], buffer[..2]);
        Assert.Equal([0xFF, 0xD9], buffer[(first - 2)..first]);
        using var decoded = NativeImage.Decode(buffer.AsSpan(0, first));
        Assert.Equal((120, 90), (decoded.Width, decoded.Height));
    }

    [Fact]
    public void EncodeJpeg_of_higher_quality_is_larger()
    {
        using var image = Pictures.Pattern(120, 90, PixelFormat.Bgr24);
        byte[] buffer = [];

        Assert.True(
            ImageOperations.EncodeJpeg(image, 30, ref buffer) < ImageOperations.EncodeJpeg(image, 95, ref buffer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void EncodeJpeg_with_a_quality_out_of_range_is_refused(int quality)
    {
        using var image = Pictures.Solid(8, 8, 0);
        byte[] buffer = [];

        var exception = Assert.Throws<NativeException>(() => ImageOperations.EncodeJpeg(image, quality, ref buffer));

        Assert.Equal($"JPEG quality is 1 to 100, not {quality}", exception.Message);
    }

    private static JsonElement Cases()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "golden", "resize.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty("cases").Clone();
    }
}
