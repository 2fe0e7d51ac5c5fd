using PatchCore.Edge.Bundles;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Conversion;

/// <summary>
/// Varied copies of good frames, as a recipe's augmentation says. Nothing is left to chance: how the copies differ is
/// spread evenly over what is allowed, over all copies of all frames and over those of each frame.
/// </summary>
/// <param name="info">Without faults by <see cref="AugmentationRules"/>.</param>
/// <param name="seed">Where the spreading starts, 0 or more.</param>
internal sealed class FrameAugmenter(AugmentationInfo info, int seed)
{
    // The root of x⁶ = x + 1, which generalizes the golden ratio to five dimensions (M. Roberts, "The unreasonable
    // effectiveness of quasirandom sequences", 2018).
    private const double Ratio = 1.1347241384015195;

    /// <summary>Copies of each frame.</summary>
    public int Copies => info.Copies;

    /// <summary>How a copy differs from its frame.</summary>
    /// <param name="frame">Index of the good frame.</param>
    /// <param name="copy">0 to below <see cref="Copies"/>.</param>
    public FrameVariation Describe(int frame, int copy)
    {
        var place = 1 + seed + ((long)frame * info.Copies) + copy;
        // The combinations of flips in turn, so that the first copy is no twin of its frame.
        var flip = (copy + 1) % ((info.FlipHorizontal ? 2 : 1) * (info.FlipVertical ? 2 : 1));
        return new FrameVariation(
            info.RotationDegrees * Spread(1),
            info.ShiftPixels * Spread(2),
            info.ShiftPixels * Spread(3),
            info.FlipHorizontal && (flip & 1) == 1,
            info.FlipVertical && (info.FlipHorizontal ? flip >> 1 : flip) == 1,
            1 + (info.Brightness * Spread(4)),
            1 + (info.Contrast * Spread(5)));

        // −1 to 1.
        double Spread(int dimension)
        {
            var at = 0.5 + (place * Math.Pow(Ratio, -dimension));
            return (2 * (at - Math.Floor(at))) - 1;
        }
    }

    /// <summary>Makes a copy.</summary>
    /// <param name="image">The frame, 8 bits a channel.</param>
    /// <param name="frame">Index of the good frame.</param>
    /// <param name="copy">0 to below <see cref="Copies"/>.</param>
    /// <param name="into">Receives it; of the same size.</param>
    public void Vary(NativeImage image, int frame, int copy, NativeImage into)
    {
        var variation = Describe(frame, copy);
        Span<double> toFrame = stackalloc double[6];
        variation.ToFrame(image.Width, image.Height, toFrame);
        ImageOperations.Vary(image, toFrame, variation.Contrast, variation.Brightness, into);
    }
}

/// <summary>How a varied copy differs from its frame: flipped, then rotated about the center, then shifted.</summary>
/// <param name="Degrees">Clockwise as seen on the picture.</param>
/// <param name="X">Frame pixels to the right.</param>
/// <param name="Y">Frame pixels down.</param>
/// <param name="FlipHorizontal">Left and right change places.</param>
/// <param name="FlipVertical">Top and bottom do.</param>
/// <param name="Brightness">Factor of all values.</param>
/// <param name="Contrast">Factor of their distance from the mean.</param>
internal readonly record struct FrameVariation(
    double Degrees, double X, double Y, bool FlipHorizontal, bool FlipVertical, double Brightness, double Contrast)
{
    /// <summary>Where the frame shows what the copy shows at a point: six numbers, 2 × 3, row-major.</summary>
    public void ToFrame(int width, int height, Span<double> map)
    {
        var (sine, cosine) = Math.SinCos(Degrees * Math.PI / 180);
        var (mirrorX, mirrorY) = (FlipHorizontal ? -1 : 1, FlipVertical ? -1 : 1);
        var (centerX, centerY) = (width / 2.0, height / 2.0);
        (map[0], map[1], map[3], map[4]) = (mirrorX * cosine, mirrorX * sine, -mirrorY * sine, mirrorY * cosine);
        map[2] = centerX - (map[0] * (centerX + X)) - (map[1] * (centerY + Y));
        map[5] = centerY - (map[3] * (centerX + X)) - (map[4] * (centerY + Y));
    }
}
