using System.Runtime.InteropServices;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Displays;

/// <summary>How bright a picture is, as shares of 0 to 1.</summary>
/// <param name="Mean">Of all channels, where white is 1.</param>
/// <param name="Black">Values at the lowest end: more than a few mean too little light.</param>
/// <param name="White">Values at the highest end: more than a few mean too much.</param>
internal readonly record struct Brightness(double Mean, double Black, double White)
{
    public static Brightness Of(NativeImage image)
    {
        return image.Format is PixelFormat.Gray16 or PixelFormat.Bgr48
            ? Of(MemoryMarshal.Cast<byte, ushort>(image.Pixels), ushort.MaxValue)
            : Of<byte>(image.Pixels, byte.MaxValue);
    }

    private static Brightness Of<T>(ReadOnlySpan<T> values, int white)
        where T : struct, IConvertible
    {
        long sum = 0, atBlack = 0, atWhite = 0;
        foreach (var value in values)
        {
            var number = value.ToInt32(null);
            sum += number;
            atBlack += number == 0 ? 1 : 0;
            atWhite += number == white ? 1 : 0;
        }

        double count = values.Length;
        return new Brightness(sum / count / white, atBlack / count, atWhite / count);
    }
}
