namespace PatchCore.Edge.Cameras;

/// <summary>
/// Puts belt, part, defect, light and sensor together, pixel by pixel. Only additions, products, quotients, square
/// roots and floors, which IEEE 754 rounds the same everywhere, so a frame has the same bits on x64 and arm64.
/// </summary>
internal static class SimulatedRenderer
{
    private const int MarksPerUnit = 4;

    public static void Render(
        SimulatedLineOptions options, long index, in SimulatedPose pose, SimulatedDefect? defect, Span<byte> pixels)
    {
        Span<float> marks = stackalloc float[(((int)SimulatedFlange.Outer + 4) * MarksPerUnit) + 2];
        DrawMarks(options.Seed, index, marks);
        var noise = new SimulatedRandom(options.Seed, index, stream: 4);
        var missing = defect?.MissingHole ?? -1;
        var step = 1 / pose.Scale;
        var i = 0;
        for (var y = 0; y < options.Height; y++)
        {
            for (var x = 0; x < options.Width; x++, i += 3)
            {
                var (u, v) = pose.ToPart(x + 0.5f, y + 0.5f);
                var r = MathF.Sqrt((u * u) + (v * v)) + 1e-3f;
                var cover = r > SimulatedFlange.Outer + step ? 0
                    : Math.Clamp(0.5f - (SimulatedFlange.Distance(u, v, r, missing) * pose.Scale), 0, 1);
                SimulatedTone tone;
                if (cover >= 1)
                {
                    tone = Metal(u, v, r, missing, pose.Phase, marks, defect);
                }
                else
                {
                    tone = SimulatedBelt.Shade((x * step) + (pose.Phase * 40), y * step, u, v, r);
                    if (cover > 0)
                        tone.Mix(Metal(u, v, r, missing, pose.Phase, marks, defect), cover);
                }

                var light = Light((2f * x / options.Width) - 1, (2f * y / options.Height) - 1);
                Expose(tone, pose.Gain * light, ref noise, pixels.Slice(i, 3));
            }
        }
    }

    /// <summary>
    /// Sets 255 where at least 0.4 of a pixel is defective, in <paramref name="mask"/>: height × width, zero before.
    /// </summary>
    public static void RenderMask(
        in SimulatedPose pose, SimulatedDefect defect, PixelBox box, int width, Span<byte> mask)
    {
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            for (var x = box.X; x < box.X + box.Width; x++)
            {
                var (u, v) = pose.ToPart(x + 0.5f, y + 0.5f);
                var tone = default(SimulatedTone);
                if (SimulatedFlange.Distance(u, v, defect.MissingHole) < 0 && defect.Apply(u, v, ref tone) >= 0.4f)
                    mask[(y * width) + x] = 255;
            }
        }
    }

    private static SimulatedTone Metal(
        float u, float v, float r, int missing, float phase, ReadOnlySpan<float> marks, SimulatedDefect? defect)
    {
        var tone = SimulatedFlange.Shade(u, v, r, missing, phase, marks);
        if (defect is null)
            return tone;
        var (left, top, right, bottom) = defect.Bounds;
        if (u >= left && u <= right && v >= top && v <= bottom)
            defect.Apply(u, v, ref tone);
        return tone;
    }

    /// <summary>
    /// Turning marks by radius: half of them the lathe's, the same on every part, half this part's own.
    /// </summary>
    private static void DrawMarks(int seed, long index, Span<float> marks)
    {
        var lathe = new SimulatedRandom(seed: 0, index: 0, stream: 3);
        var own = new SimulatedRandom(seed, index, stream: 3);
        var drift = 0f;
        for (var i = 0; i < marks.Length; i++)
        {
            drift = (0.86f * drift) + (3.2f * (lathe.Range(-1, 1) + own.Range(-1, 1)));
            marks[i] = drift + own.Range(-3, 3);
        }
    }

    /// <summary>The lamp's falloff; −1 to 1 from edge to edge of the frame.</summary>
    private static float Light(float x, float y) => 1 - (0.08f * x) - (0.07f * y) - (0.07f * ((x * x) + (y * y)));

    /// <summary>
    /// Sensor noise that grows with brightness, mostly common to the three channels, and rounding to bytes.
    /// </summary>
    private static void Expose(in SimulatedTone tone, float gain, ref SimulatedRandom noise, Span<byte> pixel)
    {
        var bits = noise.Next();
        var gaussian = SimulatedNoise.Gaussian;
        var luma = tone.Luma * gain;
        var sigma = 0.9f + (0.009f * luma);
        luma += sigma * gaussian[(int)(bits & 4095)];
        pixel[0] = ToByte((luma * tone.Blue) + (0.6f * sigma * gaussian[(int)((bits >> 12) & 4095)]));
        pixel[1] = ToByte((luma * tone.Green) + (0.6f * sigma * gaussian[(int)((bits >> 24) & 4095)]));
        pixel[2] = ToByte((luma * tone.Red) + (0.6f * sigma * gaussian[(int)((bits >> 36) & 4095)]));
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
