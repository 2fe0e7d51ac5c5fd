using PatchCore.Edge.Bundles;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Conversion;

/// <summary>Mean and deviation of how bright and how sharp pictures are, one picture after the other.</summary>
internal sealed class PictureTally
{
    private int _frames;
    private double _brightness;
    private double _sharpness;
    private double _brightnessSquares;
    private double _sharpnessSquares;

    /// <summary>Counts a picture; one that is smaller than 3 × 3 has no sharpness and is left out.</summary>
    public void Add(NativeImage image)
    {
        if (image.Width < 3 || image.Height < 3)
            return;
        var picture = PictureStatistics.Of(image);
        _frames++;
        Add(picture.Brightness, ref _brightness, ref _brightnessSquares);
        Add(picture.Sharpness, ref _sharpness, ref _sharpnessSquares);
    }

    /// <summary>What was counted; null where nothing was.</summary>
    public PictureInfo? ToInfo() => _frames == 0 ? null : new PictureInfo
    {
        Frames = _frames,
        Brightness = _brightness,
        BrightnessStd = Deviation(_brightnessSquares),
        Sharpness = _sharpness,
        SharpnessStd = Deviation(_sharpnessSquares),
    };

    /// <summary>
    /// What was counted together with what others counted before, by Chan, Golub and LeVeque (1979); null if neither is
    /// known, or if what came before is not: a part of the frames does not speak for all of them.
    /// </summary>
    public PictureInfo? After(PictureInfo? before)
    {
        if (before is null || ToInfo() is not { } added)
            return before;
        var (n, m) = ((double)before.Frames, (double)added.Frames);
        var (brightness, brightnessStd) = Together(
            before.Brightness, before.BrightnessStd, added.Brightness, added.BrightnessStd);
        var (sharpness, sharpnessStd) = Together(
            before.Sharpness, before.SharpnessStd, added.Sharpness, added.SharpnessStd);
        return new PictureInfo
        {
            Frames = before.Frames + added.Frames,
            Brightness = brightness,
            BrightnessStd = brightnessStd,
            Sharpness = sharpness,
            SharpnessStd = sharpnessStd,
        };

        (double Mean, double Std) Together(double mean, double std, double otherMean, double otherStd)
        {
            var difference = otherMean - mean;
            var squares = (std * std * (n - 1)) + (otherStd * otherStd * (m - 1))
                + (difference * difference * n * m / (n + m));
            return (mean + (difference * m / (n + m)), Math.Sqrt(squares / (n + m - 1)));
        }
    }

    // Welford (1962): no difference of large sums.
    private void Add(double value, ref double mean, ref double squares)
    {
        var difference = value - mean;
        mean += difference / _frames;
        squares += difference * (value - mean);
    }

    private double Deviation(double squares) => _frames > 1 ? Math.Sqrt(squares / (_frames - 1)) : 0;
}
