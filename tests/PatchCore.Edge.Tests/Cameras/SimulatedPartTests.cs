using System.Security.Cryptography;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Tests.Cameras;

public sealed class SimulatedPartTests
{
    private static readonly SimulatedLineOptions Line = new();

    public static TheoryData<DefectKind> Defects { get; } = [.. DefectKindNames.Defects];

    [Theory]
    [InlineData(DefectKind.None, "27da96fee56bba7aab25b075512ffc664dc37f4e40525a6e35dd172ffc92c9ec")]
    [InlineData(DefectKind.Scratch, "0424c1150895745c605a4cfa7b2aaf504271bad9264e68ed2a015df669dab7ab")]
    [InlineData(DefectKind.Stain, "a911e54899c0a80fdd0d8c3ce2e692624cd94abafe14dfbd03743b6e1c08728e")]
    public void Frame_has_the_same_bits_on_every_machine(DefectKind defect, string sha256)
    {
        var pixels = new byte[320 * 320 * 3];
        SimulatedPart.Describe(Line, 123, defect).Render(pixels);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(pixels)));
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void Mask_lies_in_the_box_and_marks_what_differs_from_the_good_part(DefectKind defect)
    {
        const int Side = 192;
        var line = new SimulatedLineOptions { Width = Side, Height = Side };
        var (good, bad, mask) = (new byte[Side * Side * 3], new byte[Side * Side * 3], new byte[Side * Side]);
        for (var index = 0; index < 5; index++)
        {
            SimulatedPart.Describe(line, index, DefectKind.None).Render(good);
            var part = SimulatedPart.Describe(line, index, defect);
            part.Render(bad);
            part.RenderMask(mask);
            var (marked, inside, outside) = (0, 0L, 0L);
            for (var i = 0; i < mask.Length; i++)
            {
                var difference = Math.Abs(good[3 * i] - bad[3 * i]);
                marked += mask[i] / 255;
                inside += mask[i] > 0 ? difference : 0;
                outside += mask[i] > 0 ? 0 : difference;
                Assert.True(
                    (mask[i] == 0 && difference <= 1) || part.Box!.Value.Contains(i % Side, i / Side),
                    $"{part.Id}: pixel {i} outside {part.Box}");
            }

            Assert.InRange(marked, 4, 1000);
            Assert.True(inside > 5 * marked, $"{part.Id}: mean change in the mask {(double)inside / marked:F1}");
            Assert.True(inside > outside, $"{part.Id}: changed by {inside} in the mask and {outside} outside");
        }
    }

    [Fact]
    public void Good_part_has_no_box_and_an_empty_mask()
    {
        var part = SimulatedPart.Describe(Line, 5, DefectKind.None);
        var mask = new byte[320 * 320];
        mask.AsSpan().Fill(7);
        part.RenderMask(mask);
        Assert.Null(part.Box);
        Assert.DoesNotContain(mask, value => value != 0);
    }

    [Fact]
    public void Good_parts_differ_from_each_other_but_little()
    {
        var (first, second) = (new byte[320 * 320 * 3], new byte[320 * 320 * 3]);
        SimulatedPart.Describe(Line, 0, DefectKind.None).Render(first);
        SimulatedPart.Describe(Line, 1, DefectKind.None).Render(second);
        var mean = first.Zip(second, (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(mean, 2, 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 197)]
    [InlineData(1, 2000)]
    public void Rate_and_seed_decide_which_parts_are_defective(double rate, int expected)
    {
        var line = new SimulatedLineOptions { DefectRate = rate };
        var kinds = Enumerable.Range(0, 2000).Select(i => SimulatedPart.Describe(line, i).Defect).ToList();
        Assert.Equal(expected, kinds.Count(kind => kind != DefectKind.None));
        if (rate == 1)
            Assert.All(DefectKindNames.Defects, kind => Assert.InRange(kinds.Count(k => k == kind), 270, 400));
    }

    [Fact]
    public void Part_is_named_by_seed_and_index()
    {
        var part = SimulatedPart.Describe(Line, 123, DefectKind.MissingHole);
        Assert.Equal(("sim-7-000123", "missing_hole"), (part.Id, part.Truth));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(640, 200)]
    [InlineData(200, 480)]
    public void Every_size_renders_the_whole_part(int width, int height)
    {
        var part = SimulatedPart.Describe(new() { Width = width, Height = height }, 3, DefectKind.MissingHole);
        using var frame = NativeImage.Create(width, height, PixelFormat.Bgr24);
        using var mask = NativeImage.Create(width, height, PixelFormat.Gray8);
        part.Render(frame);
        part.RenderMask(mask);
        var corner = frame.Pixels[0];
        var metal = frame.Pixels[(((height / 2) * width) + (width / 2) + (Math.Min(width, height) / 5)) * 3];
        Assert.True(metal > 2 * corner, $"metal {metal}, belt {corner}");
        Assert.Contains((byte)255, mask.Pixels.ToArray());
    }

    [Fact]
    public void Image_of_another_size_is_refused()
    {
        using var image = NativeImage.Create(320, 200, PixelFormat.Bgr24);
        var error = Assert.Throws<ArgumentException>(() => SimulatedPart.Describe(Line, 0).Render(image));
        Assert.StartsWith(
            "the image is 320x200 Bgr24, expected 320x320 Bgr24", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63, 320, 0.1, "Width of a simulated line is 63, expected 64 to 8192 pixels")]
    [InlineData(320, 9000, 0.1, "Height of a simulated line is 9000, expected 64 to 8192 pixels")]
    [InlineData(320, 320, 1.5, "DefectRate of a simulated line is 1.5, expected 0 to 1")]
    public void Options_out_of_range_are_named(int width, int height, double rate, string message)
    {
        var options = new SimulatedLineOptions { Width = width, Height = height, DefectRate = rate };
        Assert.StartsWith(
            message, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
