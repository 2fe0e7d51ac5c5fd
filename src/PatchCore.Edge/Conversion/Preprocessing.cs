using PatchCore.Edge.Bundles;

namespace PatchCore.Edge.Conversion;

/// <summary>How a frame becomes an image tensor: (resized pixel × scale − mean) ÷ std.</summary>
/// <param name="Width">Pixels of the image tensor.</param>
/// <param name="Height">Rows of the image tensor.</param>
/// <param name="Mean">Of the scaled values, one for each of the three planes.</param>
/// <param name="Std">Likewise; positive.</param>
/// <param name="Scale">Multiplies the pixel values 0..255.</param>
/// <param name="Rgb">Whether the planes are red, green, blue; else blue, green, red.</param>
public sealed record Preprocessing(
    int Width, int Height, IReadOnlyList<float> Mean, IReadOnlyList<float> Std, float Scale, bool Rgb)
{
    /// <summary>As a bundle was trained with.</summary>
    /// <exception cref="ArgumentException">An interpolation or a color order that is not known here.</exception>
    public static Preprocessing From(PreprocessingInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (info.Interpolation != "area")
            throw new ArgumentException($"interpolation '{info.Interpolation}', expected 'area'", nameof(info));
        if (info.ColorOrder is not ("rgb" or "bgr"))
            throw new ArgumentException($"color order '{info.ColorOrder}', expected 'rgb' or 'bgr'", nameof(info));
        return new(info.Width, info.Height, info.Mean, info.Std, info.Scale, info.ColorOrder == "rgb");
    }
}
