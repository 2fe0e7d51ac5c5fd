namespace PatchCore.Edge.Tests.Verdicts;

public class MaskRegionsTests
{
    [Theory]
    // Corners touch.
    [InlineData("#. .#", 2, "1. .1", new[] { 2 })]
    [InlineData(".# #.", 2, ".1 1.", new[] { 2 })]
    // The end of a row and the start of the next do not.
    [InlineData("..# #..", 3, "..1 2..", new[] { 1, 1 })]
    [InlineData("#.. ..#", 3, "1.. ..2", new[] { 1, 1 })]
    // A U meets in its last row, a W joins three labels; numbers go by the first pixel.
    [InlineData("#.# #.# ###", 3, "1.1 1.1 111", new[] { 7 })]
    [InlineData("#.#.# #.#.# .#.#.", 5, "1.1.1 1.1.1 .1.1.", new[] { 8 })]
    [InlineData("#.#.#.# ....#.. #.###.# ...#...", 7, "1.2.3.4 ....3.. 5.333.6 ...3...", new[] { 1, 1, 6, 1, 1, 1 })]
    [InlineData("...", 3, "...", new int[0])]
    public void Regions_are_what_touches_with_sizes_and_numbers_by_first_pixel(
        string mask, int width, string labels, int[] sizes)
    {
        var regions = PixelRankingTests.Regions([.. mask.Replace(" ", "").Select(c => c == '#')], width);

        Assert.Equal(labels.Replace(" ", "").Select(c => c == '.' ? 0 : c - '0'), regions.Labels.ToArray());
        Assert.Equal(sizes, regions.Sizes);
    }

    [Fact]
    public void Next_mask_has_nothing_of_the_one_before()
    {
        var regions = PixelRankingTests.Regions([true, true, false, true], 4);

        regions.Find([false, true], 2);

        Assert.Equal([0, 1], regions.Labels.ToArray());
        Assert.Equal([1], regions.Sizes);
    }
}
