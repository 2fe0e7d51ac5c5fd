using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class PixelRankingTests
{
    // Five maps, two of them with ties, and masks whose regions touch at corners, meet late or cross the borders;
    // computed threshold by threshold with scipy.ndimage.label and scikit-learn.
    private static readonly GoldenFile Golden = GoldenFile.Read("pixels.json");
    private static readonly int Width = Golden.Int("width");
    private static readonly int Pixels = Width * Golden.Int("height");
    private static readonly float[] Maps = Golden.Floats("maps");
    private static readonly bool[] Masks = [.. Golden.Ints("masks").Select(m => m == 1)];

    [Fact]
    public void Pixel_auroc_is_the_reference_within_the_stated_error() =>
        AssertWithin(Golden.Double("pixelAuroc"), RankGolden().Auroc());

    [Theory]
    [InlineData(0.05, "aupro5")]
    [InlineData(0.3, "aupro30")]
    [InlineData(1, "aupro100")]
    public void Aupro_is_the_reference_within_the_stated_error(double limit, string key)
    {
        var ranking = RankGolden();

        Assert.Equal(Golden.Int("regions"), ranking.Regions);
        AssertWithin(Golden.Double(key), ranking.Aupro(limit));
    }

    [Fact]
    public void Parts_ranked_apart_and_put_together_come_to_the_same()
    {
        var whole = RankGolden();
        var (first, second) = (new PixelRanking(), new PixelRanking());
        for (var i = 0; i < Maps.Length / Pixels; i++)
            AddGolden(i % 2 == 0 ? first : second, i);
        first.Add(second);

        Assert.Equal((whole.Good, whole.Defective, whole.Regions), (first.Good, first.Defective, first.Regions));
        Assert.Equal(whole.Auroc(), first.Auroc());
        // Sums of the same doubles in another order.
        Assert.Equal(whole.Aupro().Value, first.Aupro().Value, 1e-12);
    }

    [Fact]
    public void Stated_error_covers_values_that_share_a_bin()
    {
        // 1 and the next float after it are one bin: ranked exactly they are told apart, either way round.
        var next = MathF.BitIncrement(1);
        var regions = Regions([false, true], 2);
        var ranking = new PixelRanking();
        ranking.Add([1, next], regions);

        var area = ranking.Auroc();

        Assert.Equal(new BoundedValue(0.5, 0.5), area);
        Assert.Equal(1, RankingMetrics.Auroc([1, next], [false, true]));
    }

    [Fact]
    public void Values_of_two_bins_are_ranked_exactly()
    {
        var ranking = new PixelRanking();
        ranking.Add([1f, 1.00013f, -3f, 0f], Regions([false, true, false, false], 4));

        Assert.Equal(new BoundedValue(1, 0), ranking.Auroc());
        Assert.Equal(new BoundedValue(1, 0), ranking.Aupro());
    }

    [Fact]
    public void Thousands_of_maps_take_no_more_memory_than_one()
    {
        var random = new Random(3);
        var map = Enumerable.Range(0, 10_000).Select(_ => 1 + random.NextSingle()).ToArray();
        var regions = Regions([.. map.Select((_, i) => i is > 500 and < 600)], 100);
        var ranking = new PixelRanking();
        ranking.Add(map, regions);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
            ranking.Add(map, regions);

        // Enumerating the region sizes takes a few objects a map; the maps themselves would be 40 MB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.Equal(1001L * 99, ranking.Defective);
    }

    [Fact]
    public void Metrics_of_one_kind_of_pixel_are_not_numbers()
    {
        var ranking = new PixelRanking();
        ranking.Add([1, 2], null);

        Assert.Equal(double.NaN, ranking.Auroc().Value);
        Assert.Equal(double.NaN, ranking.Aupro().Value);
    }

    [Fact]
    public void Value_that_is_not_a_number_and_mask_of_another_size_are_refused()
    {
        var ranking = new PixelRanking();

        Assert.Throws<ArgumentException>(() => ranking.Add([1, float.NaN], null));
        var error = Assert.Throws<ArgumentException>(() => ranking.Add([1, 2, 3], Regions([true, false], 2)));
        Assert.Contains("a mask of 2 pixels for a map of 3", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (ranking.Good, ranking.Defective));
    }

    internal static MaskRegions Regions(ReadOnlySpan<bool> mask, int width)
    {
        var regions = new MaskRegions();
        regions.Find(mask, width);
        return regions;
    }

    // The references are double sums of some thousand terms. The stated error is larger than 1e-4 here, as it cannot
    // tell values of one bin from the many that the maps really have in common.
    private static void AssertWithin(double expected, BoundedValue found) =>
        Assert.InRange(Math.Abs(found.Value - expected), 0, Math.Min(found.Error, 1e-4) + 1e-12);

    private static PixelRanking RankGolden()
    {
        var ranking = new PixelRanking();
        for (var i = 0; i < Maps.Length / Pixels; i++)
            AddGolden(ranking, i);
        return ranking;
    }

    private static void AddGolden(PixelRanking ranking, int i) => ranking.Add(
        Maps.AsSpan(i * Pixels, Pixels), Regions(Masks.AsSpan(i * Pixels, Pixels), Width));
}
