using PatchCore.Edge.Conversion;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Tests.Verdicts;

public class RegionFinderTests
{
    private readonly RegionFinder _finder = new();

    [Fact]
    public void Regions_are_in_frame_pixels_with_the_highest_peak_first()
    {
        // 4×3 map over a frame of 40×60: a map pixel is 10×20.
        float[] map =
        [
            5, 4, 0, 0,
            0, 3, 0, 9,
            0, 0, 0, 0,
        ];

        var found = _finder.Find(map, MapPlacement.Stretched(4, 3, 40, 60), (40, 60), 2, hottest: true);

        Assert.Equal(2, found.Count);
        Assert.Equal(
            [
                new DefectRegion(200, X: 30, Y: 20, Width: 10, Height: 20, Peak: 9, PeakX: 35, PeakY: 30),
                new DefectRegion(600, X: 0, Y: 0, Width: 20, Height: 40, Peak: 5, PeakX: 5, PeakY: 10),
            ],
            found.Largest.ToArray());
    }

    [Fact]
    public void Values_at_the_threshold_are_no_region()
    {
        var found = Find([2, 2, 2, 1], 2, 2, hottest: false);
        Assert.Equal(new DefectRegions(0, default), found);
    }

    [Fact]
    public void Hottest_spot_of_a_failed_frame_is_what_is_within_a_tenth_of_its_peak()
    {
        float[] map =
        [
            1, 1, 1, 1,
            1, 9.1f, 10, 1,
            1, 1, 8.9f, 9.5f,
            9.6f, 1, 1, 1,
        ];

        Assert.Equal(new DefectRegions(0, default), Find(map, 4, 10, hottest: false));
        var spot = Find(map, 4, 10, hottest: true);

        // 9.5 touches 10 at a corner; 9.6 touches nothing.
        Assert.Equal(0, spot.Count);
        Assert.Equal([new DefectRegion(3, 1, 1, 3, 2, 10, 2, 1)], spot.Largest.ToArray());
    }

    [Fact]
    public void Map_of_nothing_has_no_hottest_spot() =>
        Assert.Equal(new DefectRegions(0, default), Find(new float[4], 2, 0, hottest: true));

    [Fact]
    public void All_regions_are_counted_and_the_sixteen_highest_are_told()
    {
        // Every other pixel of every other row: none touches.
        var map = new float[21 * 21];
        for (var i = 0; i < 100; i++)
            map[((2 * (i / 10)) * 21) + (2 * (i % 10))] = 1 + ((i * 37) % 100);

        var found = Find(map, 21, 0.5f, hottest: true);

        Assert.Equal(100, found.Count);
        Assert.Equal(
            Enumerable.Range(0, 16).Select(i => 100f - i), found.Largest.ToArray().Select(region => region.Peak));
    }

    [Fact]
    public void Boxes_of_a_rotated_map_hold_every_pixel_of_the_region_and_little_else()
    {
        // By 30 degrees around the frame's upper left, moved to the right.
        var (cos, sin) = (Math.Sqrt(3) / 2, 0.5);
        var placement = new MapPlacement(8, 8, 2 * cos, -2 * sin, 20, 2 * sin, 2 * cos, 5);
        var map = new float[64];
        foreach (var i in (int[])[18, 19, 20, 21])
            map[i] = 4;
        map[20] = 7;

        var region = Assert.Single(_finder.Find(map, placement, (60, 60), 1, hottest: true).Largest.ToArray());

        // Map pixels (2..6, 2..3): four corners on the frame.
        (double X, double Y)[] corners =
            [placement.ToFrame(2, 2), placement.ToFrame(6, 2), placement.ToFrame(2, 3), placement.ToFrame(6, 3)];
        Assert.Equal((int)Math.Floor(corners.Min(c => c.X)), region.X);
        Assert.Equal((int)Math.Floor(corners.Min(c => c.Y)), region.Y);
        Assert.Equal((int)Math.Ceiling(corners.Max(c => c.X)), region.X + region.Width);
        Assert.Equal((int)Math.Ceiling(corners.Max(c => c.Y)), region.Y + region.Height);
        Assert.Equal(16, region.Area, 1e-9);
        var (peakX, peakY) = placement.ToFrame(4.5, 2.5);
        Assert.Equal(((int)peakX, (int)peakY, 7f), (region.PeakX, region.PeakY, region.Peak));
    }

    [Fact]
    public void Boxes_do_not_go_beyond_the_frame()
    {
        // A map that a moved part takes off the frame to the upper left and the lower right.
        var placement = new MapPlacement(3, 3, 10, 0, -15, 0, 10, -5);
        var region = Assert.Single(
            _finder.Find([.. Enumerable.Repeat(3f, 9)], placement, (12, 20), 1, hottest: true).Largest.ToArray());

        Assert.Equal((0, 0, 12, 20), (region.X, region.Y, region.Width, region.Height));
        Assert.Equal((0, 0), (region.PeakX, region.PeakY));
    }

    [Fact]
    public void Finding_allocates_nothing_once_warm()
    {
        var random = new Random(6);
        var map = new float[224 * 224];
        for (var i = 0; i < map.Length; i++)
            map[i] = random.NextSingle();
        var placement = MapPlacement.Stretched(224, 224, 640, 480);
        long allocated = -1;
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _finder.Find(map, placement, (640, 480), 0.95f, hottest: true);
            _finder.Find(map, placement, (640, 480), 2, hottest: true);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Map_of_another_size_than_the_placement_says_is_refused() =>
        Assert.Throws<ArgumentException>(() => _finder.Find(
            new float[5], MapPlacement.Stretched(2, 2, 2, 2), (2, 2), 1, hottest: false));

    private DefectRegions Find(float[] map, int width, float threshold, bool hottest) => _finder.Find(
        map, MapPlacement.Stretched(width, map.Length / width, width, map.Length / width),
        (width, map.Length / width), threshold, hottest);
}
