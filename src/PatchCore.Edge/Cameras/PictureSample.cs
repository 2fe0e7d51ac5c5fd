using System.Numerics;
using System.Runtime.InteropServices;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// What a grid of at most 64 x 64 pixels tells of a picture. The sensor's noise alone makes the grids of two pictures
/// differ.
/// </summary>
/// <param name="Hash">The same for the same pixels at the grid's places.</param>
/// <param name="Pixels">Pixels looked at.</param>
/// <param name="Dark">Those of which every channel is at or below black.</param>
/// <param name="Full">Those of which any channel is at full scale.</param>
internal readonly record struct PictureSample(ulong Hash, int Pixels, int Dark, int Full)
{
    private const int Grid = 64;

    // The odd 64-bit number nearest to 2^64 / the golden ratio: its product spreads every bit to those above it.
    private const ulong Spread = 0x9E3779B97F4A7C15;

    /// <param name="image">The picture, read in place.</param>
    /// <param name="black">Share of full scale that still counts as black.</param>
    /// <param name="fullScale">Full scale of 16-bit pixels.</param>
    public static PictureSample Of(NativeImage image, double black, int fullScale)
    {
        var (width, height) = (image.Width, image.Height);
        return image.Format switch
        {
            PixelFormat.Gray8 => Of<byte>(image.Pixels, width, height, 1, black, byte.MaxValue),
            PixelFormat.Bgr24 => Of<byte>(image.Pixels, width, height, 3, black, byte.MaxValue),
            PixelFormat.Gray16 => Of(
                MemoryMarshal.Cast<byte, ushort>(image.Pixels), width, height, 1, black, (ushort)fullScale),
            _ => Of(MemoryMarshal.Cast<byte, ushort>(image.Pixels), width, height, 3, black, (ushort)fullScale),
        };
    }

    private static PictureSample Of<T>(
        ReadOnlySpan<T> pixels, int width, int height, int channels, double black, T fullScale)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (columns, rows) = (Math.Min(Grid, width), Math.Min(Grid, height));
        var level = T.CreateTruncating(black * int.CreateTruncating(fullScale));
        var (hash, dark, full) = (0UL, 0, 0);
        // In fixed point, as a division a pixel would take longer than all the rest. Starts in the middle of a cell.
        var step = ((long)width << 16) / columns;
        for (var row = 0; row < rows; row++)
        {
            var line = pixels.Slice((int)(((2L * row) + 1) * height / (2 * rows)) * width * channels, width * channels);
            for (var (column, place) = (0, step / 2); column < columns; column++, place += step)
            {
                var at = (int)(place >> 16) * channels;
                var (packed, brightest) = (ulong.CreateTruncating(line[at]), line[at]);
                for (var channel = 1; channel < channels; channel++)
                {
                    packed = (packed << 16) | ulong.CreateTruncating(line[at + channel]);
                    brightest = T.Max(brightest, line[at + channel]);
                }

                hash = BitOperations.RotateLeft((hash ^ packed) * Spread, 29);
                dark += brightest <= level ? 1 : 0;
                full += brightest >= fullScale ? 1 : 0;
            }
        }

        return new PictureSample(hash, columns * rows, dark, full);
    }
}
