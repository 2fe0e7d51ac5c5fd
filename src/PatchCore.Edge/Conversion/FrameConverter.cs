using System.Numerics;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Conversion;

/// <summary>
/// Frame → image tensor, without an allocation and in one pass over the pixels. May be shared between threads.
/// </summary>
public sealed class FrameConverter
{
    private readonly TensorLayout _layout;

    /// <exception cref="ArgumentException">No size, not three channels, or a normalization without a
    /// result.</exception>
    public FrameConverter(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var (width, height, mean, std, scale, rgb) = preprocessing;
        if (width < 1 || height < 1)
            throw new ArgumentException($"an image tensor of {width}x{height} pixels", nameof(preprocessing));
        if (mean.Count != 3 || std.Count != 3)
        {
            throw new ArgumentException(
                $"{mean.Count} means and {std.Count} standard deviations, expected 3 of each", nameof(preprocessing));
        }

        if (!float.IsFinite(scale) || scale == 0 || !mean.All(float.IsFinite)
            || !std.All(value => float.IsFinite(value) && value > 0))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"scale {scale}, mean {string.Join(' ', mean)}, std {string.Join(' ', std)}: ")
                + "expected finite numbers, a scale that is not 0 and positive standard deviations",
                nameof(preprocessing));
        }

        TensorLength = checked(3 * width * height);
        _layout = new TensorLayout(
            width,
            height,
            rgb ? ChannelOrder.Rgb : ChannelOrder.Bgr,
            scale,
            new Vector3(mean[0], mean[1], mean[2]),
            new Vector3(std[0], std[1], std[2]));
    }

    /// <summary>Floats of an image tensor: 3 × height × width.</summary>
    public int TensorLength { get; }

    /// <summary>Resizes by area, normalizes and splits into planes; exactly what OpenCV in Python gives.</summary>
    /// <param name="image">The frame, any size, gray (repeated in all three planes) or BGR.</param>
    /// <param name="tensor">Receives <see cref="TensorLength"/> floats, 3 × height × width, row-major.</param>
    /// <exception cref="NativeException">The image is empty, or the tensor of another length.</exception>
    public void Convert(NativeImage image, Span<float> tensor) => ImageOperations.ToTensor(image, _layout, tensor);

    /// <summary>The same of a rectangle of the image.</summary>
    internal void Convert(NativeImage image, PixelBox box, Span<float> tensor) =>
        ImageOperations.ToTensor(image, box.X, box.Y, box.Width, box.Height, _layout, tensor);
}
