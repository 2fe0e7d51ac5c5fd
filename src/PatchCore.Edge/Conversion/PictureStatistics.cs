using PatchCore.Edge.Native;

namespace PatchCore.Edge.Conversion;

/// <summary>How bright and how sharp one picture is, which light, lens and exposure change before parts do.</summary>
/// <param name="Brightness">Mean gray level, 0 to 255 whatever the depth.</param>
/// <param name="Sharpness">Variance of the Laplacian (Pech-Pacheco et al., 2000) divided by the brightness squared, so
/// that dimmer light alone does not pass for blur; 0 where all is black.</param>
public readonly record struct PictureStatistics(double Brightness, double Sharpness)
{
    /// <summary>Takes 0.1 ms, or 0.3 ms of 1920 × 1080 that no cache holds; allocates nothing.</summary>
    /// <exception cref="NativeException">The picture is empty, or smaller than 3 × 3.</exception>
    public static PictureStatistics Of(NativeImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (brightness, variance) = ImageOperations.Measure(image);
        return new(brightness, brightness > 0 ? variance / (brightness * brightness) : 0);
    }
}
