using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>One part of a simulated line: what it is, known before anything is rendered, and its pictures.</summary>
public sealed class SimulatedPart
{
    private readonly SimulatedLineOptions _options;
    private readonly SimulatedPose _pose;
    private readonly SimulatedDefect? _defect;

    private SimulatedPart(SimulatedLineOptions options, long index, DefectKind defect)
    {
        _options = options;
        Index = index;
        Defect = defect;
        var pose = new SimulatedRandom(options.Seed, index, stream: 1);
        _pose = SimulatedPose.Draw(options, ref pose);
        var place = new SimulatedRandom(options.Seed, index, stream: 2);
        _defect = SimulatedDefect.Draw(defect, ref place);
        Box = _defect is null ? null : ToFrame(_defect.Bounds);
        Id = FormattableString.Invariant($"sim-{options.Seed}-{index:000000}");
    }

    public long Index { get; }

    /// <summary>"sim-", the seed, and the index in six digits: sim-7-000123.</summary>
    public string Id { get; }

    public DefectKind Defect { get; }

    /// <summary>"good" or the defect's name, see <see cref="DefectKindNames.ToTruth"/>.</summary>
    public string Truth => Defect.ToTruth();

    /// <summary>Where the defect is in the frame, a few pixels generous; null for a good part.</summary>
    public PixelBox? Box { get; }

    public int Width => _options.Width;

    public int Height => _options.Height;

    /// <summary>
    /// Part number <paramref name="index"/> of the line; whether it is defective follows from the seed and the rate.
    /// </summary>
    public static SimulatedPart Describe(SimulatedLineOptions options, long index)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new SimulatedRandom(options.Seed, index, stream: 0);
        var defective = random.Chance(options.DefectRate);
        var defects = DefectKindNames.Defects;
        return new(options, index, defective ? defects[random.Below(defects.Count)] : DefectKind.None);
    }

    /// <summary>
    /// Part number <paramref name="index"/> with a defect of this kind, or a good one, whatever the rate.
    /// </summary>
    public static SimulatedPart Describe(SimulatedLineOptions options, long index, DefectKind defect)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options, index, defect);
    }

    /// <summary>The frame, height × width × 3, blue first.</summary>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
    public void Render(Span<byte> pixels)
    {
        if (pixels.Length != Width * Height * 3)
        {
            throw new ArgumentException(
                $"the frame has {pixels.Length} bytes, expected {Width}x{Height}x3", nameof(pixels));
        }

        SimulatedRenderer.Render(_options, Index, _pose, _defect, pixels);
    }

    /// <summary>The ground truth, height × width: 255 where the part is defective, else 0.</summary>
    /// <exception cref="ArgumentException"><paramref name="mask"/> has another length.</exception>
    public void RenderMask(Span<byte> mask)
    {
        if (mask.Length != Width * Height)
            throw new ArgumentException($"the mask has {mask.Length} bytes, expected {Width}x{Height}", nameof(mask));
        mask.Clear();
        if (_defect is not null)
            SimulatedRenderer.RenderMask(_pose, _defect, Box!.Value, Width, mask);
    }

    /// <summary>As <see cref="Render(Span{byte})"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="into"/> has another size or format.</exception>
    public void Render(NativeImage into) => Render(Check(into, PixelFormat.Bgr24).Pixels);

    /// <summary>As <see cref="RenderMask(Span{byte})"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="into"/> has another size or format.</exception>
    public void RenderMask(NativeImage into) => RenderMask(Check(into, PixelFormat.Gray8).Pixels);

    private NativeImage Check(NativeImage image, PixelFormat format)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width == Width && image.Height == Height && image.Format == format)
            return image;
        throw new ArgumentException(
            $"the image is {image.Width}x{image.Height} {image.Format}, expected {Width}x{Height} {format}",
            nameof(image));
    }

    private PixelBox ToFrame((float Left, float Top, float Right, float Bottom) bounds)
    {
        Span<(float X, float Y)> corners =
        [
            _pose.ToFrame(bounds.Left, bounds.Top), _pose.ToFrame(bounds.Right, bounds.Top),
            _pose.ToFrame(bounds.Left, bounds.Bottom), _pose.ToFrame(bounds.Right, bounds.Bottom),
        ];
        var (left, top, right, bottom) = (float.MaxValue, float.MaxValue, float.MinValue, float.MinValue);
        foreach (var (x, y) in corners)
            (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
        var (x0, y0) = (Math.Clamp((int)left, 0, Width - 1), Math.Clamp((int)top, 0, Height - 1));
        return new(
            x0, y0, Math.Clamp((int)right + 1, x0 + 1, Width) - x0, Math.Clamp((int)bottom + 1, y0 + 1, Height) - y0);
    }
}
