using System.Buffers.Binary;

namespace PatchCore.Edge.Native.Tests;

public sealed class GenicamDecodeTests
{
    private const uint Mono8 = 0x01080001;
    private const uint Mono10 = 0x01100003;
    private const uint Mono12 = 0x01100005;
    private const uint Mono16 = 0x01100007;
    private const uint BayerGr8 = 0x01080008;
    private const uint BayerRg8 = 0x01080009;
    private const uint BayerGb8 = 0x0108000a;
    private const uint BayerBg8 = 0x0108000b;
    private const uint BayerRg12 = 0x01100011;
    private const uint Rgb8 = 0x02180014;
    private const uint Bgr8 = 0x02180015;
    private const uint Uyvy = 0x0210001f;
    private const uint Yuyv = 0x02100032;

    [Fact]
    public void Gray_of_8_bits_is_kept()
    {
        using var image = Decode(Mono8, 3, 2, 0, 1, 2, 128, 254, 255);

        Assert.Equal(PixelFormat.Gray8, image.Format);
        Assert.Equal([0, 1, 2, 128, 254, 255], image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(Mono10, new ushort[] { 0, 1, 512, 1023 }, new ushort[] { 0, 64, 32800, 65535 })]
    [InlineData(Mono12, new ushort[] { 0, 1, 2048, 4095 }, new ushort[] { 0, 16, 32776, 65535 })]
    [InlineData(Mono16, new ushort[] { 0, 1, 2048, 65535 }, new ushort[] { 0, 1, 2048, 65535 })]
    public void Gray_of_more_bits_is_stretched_to_all_of_16(uint format, ushort[] sent, ushort[] expected)
    {
        using var image = Decode(format, 2, 2, Bytes(sent));

        Assert.Equal(PixelFormat.Gray16, image.Format);
        Assert.Equal(Bytes(expected), image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(Rgb8)]
    [InlineData(Bgr8)]
    public void Color_becomes_blue_green_red(uint format)
    {
        byte[] red = format == Rgb8 ? [200, 100, 50] : [50, 100, 200];

        using var image = Decode(format, 2, 1, [.. red, 1, 2, 3]);

        Assert.Equal(PixelFormat.Bgr24, image.Format);
        Assert.Equal(format == Rgb8 ? [50, 100, 200, 3, 2, 1] : [50, 100, 200, 1, 2, 3], image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(BayerRg8, "RGGB")]
    [InlineData(BayerGr8, "GRBG")]
    [InlineData(BayerGb8, "GBRG")]
    [InlineData(BayerBg8, "BGGR")]
    public void Bayer_pattern_is_named_by_its_first_row(uint format, string pattern)
    {
        using var image = Decode(format, 6, 6, [.. Mosaic(pattern, 6).Select(value => (byte)value)]);

        Assert.Equal(PixelFormat.Bgr24, image.Format);
        Assert.Equal(Enumerable.Repeat<byte[]>([50, 100, 200], 36).SelectMany(pixel => pixel), image.Pixels.ToArray());
    }

    [Fact]
    public void Bayer_of_12_bits_becomes_color_of_16()
    {
        using var image = Decode(BayerRg12, 6, 6, Bytes([.. Mosaic("RGGB", 6).Select(value => (ushort)(value * 15))]));

        Assert.Equal(PixelFormat.Bgr48, image.Format);
        ushort[] pixel = [Stretched(50 * 15), Stretched(100 * 15), Stretched(200 * 15)];
        Assert.Equal(Bytes([.. Enumerable.Repeat(pixel, 36).SelectMany(p => p)]), image.Pixels.ToArray());

        static ushort Stretched(int value) => (ushort)Math.Round(value * 65535.0 / 4095);
    }

    [Theory]
    [InlineData(Uyvy, new byte[] { 128, 235, 128, 16 })]
    [InlineData(Yuyv, new byte[] { 235, 128, 16, 128 })]
    public void Luma_of_video_range_becomes_white_and_black(uint format, byte[] sent)
    {
        using var image = Decode(format, 2, 1, sent);

        Assert.Equal([255, 255, 255, 0, 0, 0], image.Pixels.ToArray());
    }

    [Fact]
    public void Chroma_that_is_red_becomes_red()
    {
        // BT.601 of video range: red is luma 81, U 90, V 240.
        using var image = Decode(Uyvy, 2, 1, 90, 81, 240, 81);

        var pixel = image.Pixels[..3].ToArray();
        Assert.InRange(pixel[0], 0, 2);
        Assert.InRange(pixel[1], 0, 2);
        Assert.InRange(pixel[2], 253, 255);
    }

    [Fact]
    public void Format_that_is_not_supported_is_named_with_those_that_are()
    {
        var error = Assert.Throws<NativeException>(() => Decode(0x010c0006, 2, 2, new byte[6]));

        Assert.StartsWith(
            "pixel format 0x10c0006 is not supported, expected one of Mono8, Mono10, Mono12, ", error.Message,
            StringComparison.Ordinal);
        Assert.EndsWith(", RGB8, BGR8, YUV422_8_UYVY, YUV422_8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_with_too_few_bytes_is_refused()
    {
        var error = Assert.Throws<NativeException>(() => Decode(Mono12, 4, 3, new byte[23]));

        Assert.Equal("the picture has 23 bytes, expected 24 (4x3 Mono12)", error.Message);
        Assert.Equal(NativeErrorCode.Argument, error.Code);
    }

    private static NativeImage Decode(uint format, int width, int height, params byte[] sent)
    {
        var image = NativeImage.Empty();
        try
        {
            NativeGenicam.Decode(format, width, height, sent, image);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>A square of red 200, green 100 and blue 50 behind a pattern, which is given row by row.</summary>
    private static IEnumerable<int> Mosaic(string pattern, int size) =>
        from y in Enumerable.Range(0, size)
        from x in Enumerable.Range(0, size)
        select pattern[y % 2 * 2 + x % 2] switch { 'R' => 200, 'G' => 100, _ => 50 };

    private static byte[] Bytes(ushort[] values)
    {
        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), values[i]);
        return bytes;
    }
}
