using PatchCore.Edge.Conversion;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Conversion;

public sealed class FrameConverterTests
{
    private static readonly Preprocessing Plain = new(2, 2, [0, 0, 0], [1, 1, 1], 1, Rgb: true);

    [Fact]
    public void Convert_averages_the_area_that_a_tensor_pixel_covers()
    {
        // 4 × 4 of gray 0, 10, …, 150 to 2 × 2: the mean of every 2 × 2, in all three planes.
        using var image = NativeImage.Create(4, 4, PixelFormat.Gray8);
        for (var i = 0; i < 16; i++)
            image.Pixels[i] = (byte)(10 * i);
        var converter = new FrameConverter(Plain);
        var tensor = new float[converter.TensorLength];

        converter.Convert(image, tensor);

        Assert.Equal([25, 45, 105, 125, 25, 45, 105, 125, 25, 45, 105, 125], tensor);
    }

    [Theory]
    [InlineData(true, new float[] { 30, 60, 90, 120, 20, 50, 80, 110, 10, 40, 70, 100 })]
    [InlineData(false, new float[] { 10, 40, 70, 100, 20, 50, 80, 110, 30, 60, 90, 120 })]
    public void Convert_puts_channels_into_planes_in_the_asked_order(bool rgb, float[] expected)
    {
        using var image = NativeImage.Create(2, 2, PixelFormat.Bgr24);
        new byte[] { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120 }.CopyTo(image.Pixels);
        var tensor = new float[12];

        new FrameConverter(Plain with { Rgb = rgb }).Convert(image, tensor);

        Assert.Equal(expected, tensor);
    }

    [Fact]
    public void Convert_normalizes_every_plane_by_its_own_numbers()
    {
        using var image = NativeImage.Create(2, 2, PixelFormat.Bgr24);
        image.Pixels.Fill(100);
        var preprocessing = new Preprocessing(2, 2, [0.5f, 0.25f, 0], [0.5f, 0.25f, 2], 1f / 200, Rgb: true);
        var tensor = new float[12];

        new FrameConverter(preprocessing).Convert(image, tensor);

        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 0.25f, 0.25f, 0.25f, 0.25f], tensor);
    }

    [Fact]
    public void Convert_of_a_size_that_does_not_divide_equals_opencv_in_python()
    {
        // picture[y][x] = 3 + 40x + 25y; cv2.resize(picture, (3, 2), interpolation=cv2.INTER_AREA) of OpenCV 4.6.0.
        using var image = NativeImage.Create(5, 3, PixelFormat.Gray8);
        for (var i = 0; i < 15; i++)
            image.Pixels[i] = (byte)(3 + 40 * (i % 5) + 25 * (i / 5));
        var tensor = new float[18];

        new FrameConverter(Plain with { Width = 3 }).Convert(image, tensor);

        Assert.Equal([27, 91, 155, 61, 125, 189], tensor[..6]);
    }

    [Fact]
    public void Convert_into_a_tensor_of_another_length_is_refused()
    {
        using var image = NativeImage.Create(4, 4, PixelFormat.Bgr24);

        Assert.Throws<NativeException>(() => new FrameConverter(Plain).Convert(image, new float[11]));
    }

    public static TheoryData<string, Preprocessing> Unusable => new()
    {
        { "0x2 pixels", Plain with { Width = 0 } },
        { "2 means and 3", Plain with { Mean = [0, 0] } },
        { "std 1 0 1", Plain with { Std = [1, 0, 1] } },
        { "mean 0 NaN 0", Plain with { Mean = [0, float.NaN, 0] } },
        { "scale 0,", Plain with { Scale = 0 } },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Constructor_refuses_a_preprocessing_without_a_result(string named, Preprocessing preprocessing)
    {
        var exception = Assert.Throws<ArgumentException>(() => new FrameConverter(preprocessing));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }
}
