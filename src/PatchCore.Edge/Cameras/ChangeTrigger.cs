using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// Sees on the frames of a running camera when a part has come: the region differs from the empty scene. Fires once a
/// part, and again after the region was empty in between. While it is empty, the empty scene slowly follows the light.
/// Looks at a grid of at most 32 × 32 pixels, in place. Not for several threads.
/// </summary>
public sealed class ChangeTrigger
{
    private const int Side = 32;

    /// <summary>Share of a new empty frame in the empty scene: half of a change is followed in 35 frames.</summary>
    private const float Adaptation = 0.02f;

    private readonly ChangeTriggerOptions _options;
    private readonly float[] _empty = new float[Side * Side];
    private readonly float[] _before = new float[Side * Side];
    private readonly float[] _now = new float[Side * Side];
    private (int Width, int Height) _size;
    private int _count;
    private int _present;
    private bool _fired;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ChangeTrigger(ChangeTriggerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Mean difference of the last frame from the empty scene, in levels of 0 to 255.</summary>
    public double Difference { get; private set; }

    /// <summary>Whether this frame is the one to inspect of the part that has come.</summary>
    /// <exception cref="CameraException">The region lies outside the frame, or the picture of the empty scene cannot
    /// be read or has another size.</exception>
    public bool Admits(NativeImage frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (_size != (frame.Width, frame.Height) && !Begin(frame))
            return false;
        _now.AsSpan(0, _count).CopyTo(_before);
        Sample(frame, _now);
        Difference = Distance(_now, _empty);
        if (Difference <= _options.Level / 2)
        {
            (_present, _fired) = (0, false);
            for (var i = 0; i < _count; i++)
                _empty[i] += Adaptation * (_now[i] - _empty[i]);
        }

        if (Difference <= _options.Level)
            return false;
        _present++;
        if (_fired || _present < _options.Frames || Distance(_now, _before) >= (_options.Still ?? double.MaxValue))
            return false;
        return _fired = true;
    }

    /// <summary>Learns the empty scene; false when this frame was it.</summary>
    private bool Begin(NativeImage frame)
    {
        _size = (frame.Width, frame.Height);
        (_present, _fired) = (0, false);
        if (_options.Background is { } path)
        {
            using var background = ReadBackground(path);
            Sample(background, _empty);
            Sample(frame, _now);
            return true;
        }

        Sample(frame, _empty);
        Sample(frame, _now);
        return false;
    }

    private NativeImage ReadBackground(string path)
    {
        try
        {
            var background = NativeImage.Read(path);
            if ((background.Width, background.Height) == _size)
                return background;
            var (width, height) = (background.Width, background.Height);
            background.Dispose();
            throw new CameraException(
                $"{path}, the empty scene, has {width}x{height} pixels, the camera's frames {_size.Width}x{_size.Height}");
        }
        catch (NativeException error)
        {
            throw new CameraException(
                $"{path}, the empty scene, cannot be read: {error.Message}", innerException: error);
        }
    }

    private void Sample(NativeImage image, float[] into)
    {
        var (width, height, format) = (image.Width, image.Height, image.Format);
        var region = _options.Region ?? new PixelBox(0, 0, width, height);
        if (region.X < 0 || region.Y < 0 || region.X + region.Width > width || region.Y + region.Height > height)
        {
            throw new CameraException(FormattableString.Invariant(
                $"the on-change region {region.Width}x{region.Height} at {region.X},{region.Y} does not lie inside the ")
                + FormattableString.Invariant($"frame of {width}x{height} pixels"));
        }

        var (columns, rows) = (Math.Min(Side, region.Width), Math.Min(Side, region.Height));
        _count = columns * rows;
        var bytes = (int)format;
        var pixels = image.Pixels;
        for (var row = 0; row < rows; row++)
        {
            var y = region.Y + (int)(((2L * row) + 1) * region.Height / (2 * rows));
            for (var column = 0; column < columns; column++)
            {
                var x = region.X + (int)(((2L * column) + 1) * region.Width / (2 * columns));
                into[(row * columns) + column] = Level(pixels.Slice(((y * width) + x) * bytes, bytes));
            }
        }
    }

    /// <summary>Mean of the pixel's channels, 0 to 255; 16 bits count by their upper eight (little endian).</summary>
    private static float Level(ReadOnlySpan<byte> pixel) => pixel.Length switch
    {
        1 => pixel[0],
        2 => pixel[1],
        3 => (pixel[0] + pixel[1] + pixel[2]) / 3f,
        _ => (pixel[1] + pixel[3] + pixel[5]) / 3f,
    };

    private double Distance(float[] one, float[] other)
    {
        var sum = 0f;
        for (var i = 0; i < _count; i++)
            sum += Math.Abs(one[i] - other[i]);
        return sum / _count;
    }
}
